"""The tests of zohotui."""

import sys

# Each worker reads all tests, which takes twice as long if all of them are compiled for it; an
# environment that asks for no bytecode (images do) means what it installs. It is said here, before
# anything else is read.
sys.dont_write_bytecode = False
