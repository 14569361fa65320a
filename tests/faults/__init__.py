"""Every command of the command line on every faulty file that it needs."""
