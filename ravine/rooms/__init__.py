"""The classroom: codes, phases, kinds of answer, and the store that several processes share.

Neither Streamlit nor JAX. docs/rooms.md has the protocol.
"""
