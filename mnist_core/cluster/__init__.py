"""Runs trained by a Dask cluster: what the app does (launcher, carrying), and what a machine there does (remote).

A run on the cluster has two directories, the app's and the remote machine's, both with the files that `runs.run` lists.
The remote one is trained as any other is, by a worker process of `jobs`. Some times a second the app asks for what is
new there, and brings the requests of those who watch (`exchange` says which bytes go where). All of it is bytes, texts
and numbers. Only `connection`, `carrying` and `tasks` know Dask.
"""
