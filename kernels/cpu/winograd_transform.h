// The numbers of Winograd's minimal filtering F(m, 3), m = 2, 3, 4 and 6 (Winograd 1980; Lavin and Gray 2016, "Fast
// algorithms for convolutional neural networks"):
//
//   y = A^T [ (G g G^T) * (B^T d B) ] A        g: 3x3 kernel, d: (m + 2)^2 input tile, y: m x m outputs, *: elementwise
//
// They come from the Toom-Cook construction on the points p = 0, +-a (and +-b for m = 4, and +-c for m = 6) and
// infinity. M(x) is the product of all (x - p). A row of B^T holds the coefficients of M(x) / (x - p), a row of G is
// (1, p, p^2) divided by that polynomial's value at p, and a column of A^T is (1, p, p^2, ...).
//
// The points decide how exact the result is. m = 4 takes a = sqrt(1/2), b = sqrt(2): with the usual 1 and 2 the numbers
// spread more, and rounding errors are about twice as large (Barabasz et al. 2020, "Error analysis and improving the
// accuracy of Winograd convolution for deep neural networks"). m = 2 takes a = 1; m = 6 takes the usual a = 1, b = 2, c
// = 1/2. m = 3 takes 1, -1 and 2. Its weights are transformed in every run, so the polynomials' values (2 at 0, -2 and
// -6 at +-1, 6 at 2) divide the rows of B^T instead, and a row of G is (1, p, p^2).
#pragma once

#include <array>

namespace colourize::kernels::cpu {

constexpr double winograd_a = 0.70710678118654752440;  // sqrt(1/2)
constexpr double winograd_b = 1.41421356237309504880;  // sqrt(2) = 1 / a

template <int output_tile>
constexpr std::array<std::array<double, 3>, output_tile + 2> winograd_g() {
  if constexpr (output_tile == 2) {
    return {{{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}};
  } else if constexpr (output_tile == 6) {
    // The polynomials' values are 2 p^2 (p^2 - q^2) (p^2 - r^2) for the other points q and r: -4.5 at +-1, 90 at +-2,
    // 1.40625 at +-1/2. At 0 the value is -1; here and in the first row of B^T the sign is left out.
    return {{{1, 0, 0},
             {1 / -4.5, 1 / -4.5, 1 / -4.5},
             {1 / -4.5, -1 / -4.5, 1 / -4.5},
             {1 / 90.0, 2 / 90.0, 4 / 90.0},
             {1 / 90.0, -2 / 90.0, 4 / 90.0},
             {1 / 1.40625, 0.5 / 1.40625, 0.25 / 1.40625},
             {1 / 1.40625, -0.5 / 1.40625, 0.25 / 1.40625},
             {0, 0, 1}}};
  } else {
    // The polynomials' values: a^2 b^2 = 1 at 0; 2 a^2 (a^2 - b^2) = -1.5 at +-a; 2 b^2 (b^2 - a^2) = 6 at +-b.
    constexpr double a = winograd_a;
    constexpr double b = winograd_b;
    return {{{1, 0, 0},
             {1 / -1.5, a / -1.5, 0.5 / -1.5},
             {1 / -1.5, -a / -1.5, 0.5 / -1.5},
             {1 / 6.0, b / 6.0, 2 / 6.0},
             {1 / 6.0, -b / 6.0, 2 / 6.0},
             {0, 0, 1}}};
  }
}

}  // namespace colourize::kernels::cpu
