"""What rules and surfaces are made of. Importing it sets JAX up, once, for everyone: 64-bit floats,
the same bits.
"""

import os
import platform

import jax

jax.config.update("jax_enable_x64", True)

# XLA reads its flags when it first compiles (docs/decisions/0009). Without fused multiply-add a
# product is rounded before it is added to, as in the formula, so that a path has the same bits
# whichever way its rule was compiled.
FLAGS = {"xla_cpu_max_isa": "AVX"} if platform.machine().lower() in ("x86_64", "amd64") else {}
# A loop whose state is small becomes one piece of machine code; the usual limit, 1 kB, leaves long
# rules out.
FLAGS |= {"xla_backend_extra_options": "xla_cpu_small_while_loop_byte_threshold=65536"}
_asked = os.environ.get("XLA_FLAGS", "")
os.environ["XLA_FLAGS"] = " ".join(
    [_asked, *(f"--{k}={v}" for k, v in FLAGS.items() if k not in _asked)]
).strip()
