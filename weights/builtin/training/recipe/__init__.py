"""The parts of the recipe that trains the built-in generator `lite`. The four commands beside this folder call them."""
