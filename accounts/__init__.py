"""People and their rights: who may see and do what, in which units. Rights are decided in `accounts.access` alone."""
