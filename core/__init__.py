"""What rules and surfaces are made of. Importing it sets JAX up, once, for everyone: 64-bit floats, the same bits."""

import os
import platform

# Without fused multiply-add: a product is rounded before it is added to, as it stands in the formula, so that a path
# has the same bits whichever way its rule was compiled (docs/decisions/0009). XLA reads this when it first compiles.
if platform.machine().lower() in ("x86_64", "amd64") and "xla_cpu_max_isa" not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_max_isa=AVX".strip()

import jax

jax.config.update("jax_enable_x64", True)
