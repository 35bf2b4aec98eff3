// Nothing: the headers that CMakeLists.txt names are compiled with it, and every test reuses them.
