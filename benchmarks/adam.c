/* Adam on two surfaces, one run after the other: what benchmarks/sweep.py is measured against.
   cc -O3 -march=native -shared -fPIC -o adam.so adam.c -lm */

#include <math.h>

static void rastrigin(const double *x, double *g) {
  for (int i = 0; i < 2; i++) g[i] = 2 * x[i] + 20 * M_PI * sin(2 * M_PI * x[i]);
}

static double rastrigin_height(const double *x) {
  return 20 + x[0] * x[0] - 10 * cos(2 * M_PI * x[0]) + x[1] * x[1] - 10 * cos(2 * M_PI * x[1]);
}

static void beale(const double *x, double *g) {
  double a = x[0], b = x[1];
  double p = 1.5 - a + a * b, q = 2.25 - a + a * b * b, r = 2.625 - a + a * b * b * b;
  g[0] = 2 * p * (b - 1) + 2 * q * (b * b - 1) + 2 * r * (b * b * b - 1);
  g[1] = 2 * p * a + 4 * q * a * b + 6 * r * a * b * b;
}

static double beale_height(const double *x) {
  double a = x[0], b = x[1];
  double p = 1.5 - a + a * b, q = 2.25 - a + a * b * b, r = 2.625 - a + a * b * b * b;
  return p * p + q * q + r * r;
}

#define SWEEP(surface)                                                                                   \
  void sweep_##surface(const double *lr, const double *start, long n, long steps, double *height) {      \
    const double beta1 = 0.9, beta2 = 0.999, eps = 1e-8;                                                 \
    for (long k = 0; k < n; k++) {                                                                       \
      double x[2] = {start[2 * k], start[2 * k + 1]}, v[2] = {0, 0}, s[2] = {0, 0}, g[2];                \
      double faded1 = 1, faded2 = 1;                                                                     \
      for (long t = 1; t <= steps; t++) {                                                                \
        surface(x, g);                                                                                   \
        faded1 *= beta1;                                                                                 \
        faded2 *= beta2;                                                                                 \
        for (int i = 0; i < 2; i++) {                                                                    \
          v[i] = beta1 * v[i] + (1 - beta1) * g[i];                                                      \
          s[i] = beta2 * s[i] + (1 - beta2) * g[i] * g[i];                                               \
          x[i] -= lr[k] * (v[i] / (1 - faded1)) / (sqrt(s[i] / (1 - faded2)) + eps);                     \
        }                                                                                                \
      }                                                                                                  \
      height[k] = surface##_height(x);                                                                   \
    }                                                                                                    \
  }

SWEEP(rastrigin)
SWEEP(beale)
