"""What rules and surfaces are made of. Importing it puts JAX in 64-bit floats, once, for everyone."""

import jax

jax.config.update("jax_enable_x64", True)
