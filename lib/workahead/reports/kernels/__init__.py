"""Where notebooks run: one kernel for one report, or many forked from a process that is warm."""
