#include <stdio.h>
#include <stdlib.h>
#include "sum.h"

int main(int argc, char **argv) {
  long numbers[16];
  for (int i = 1; i < argc && i <= 16; i++) numbers[i - 1] = atol(argv[i]);
  printf("%ld\n", sum(argc - 1, numbers));
}
