"""The independent judge: an OpenStack client, inventories and a watch that share no code with
the program they judge.  Python's standard library only."""
import sys

sys.dont_write_bytecode = True
