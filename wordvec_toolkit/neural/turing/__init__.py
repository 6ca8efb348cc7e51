"""Neural Turing machines: networks with a memory that they address, and tasks that need one."""
