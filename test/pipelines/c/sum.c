#include "sum.h"

long sum(int count, const long *numbers) {
  long total = 0;
  for (int i = 0; i < count; i++) total += numbers[i];
  return total;
}
