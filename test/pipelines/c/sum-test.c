#include <assert.h>
#include <stdio.h>
#include "sum.h"

int main(void) {
  const long numbers[] = {40, 2};
  assert(sum(2, numbers) == 42);
  assert(sum(0, numbers) == 0);
  puts("2 tests passed");
}
