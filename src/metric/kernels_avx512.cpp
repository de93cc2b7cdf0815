// The row loops for x86-64-v4 (this file's compiler options in CMakeLists.txt).
#if defined(__x86_64__)
#define FRUGAL_KERNELS avx512
#include "metric/row_kernels.hpp"
#endif
