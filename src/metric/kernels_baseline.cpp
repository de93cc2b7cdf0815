// The row loops for any processor that the compiler was told to build for.
#define FRUGAL_KERNELS baseline
#include "metric/row_kernels.hpp"
