"""Engines that run tasks: threads, processes of this machine, or a Dask cluster."""
