# Some tests look into Lua states themselves.
pkg_check_modules(LUA REQUIRED IMPORTED_TARGET lua5.4)
target_link_libraries(petrel_script_test PRIVATE PkgConfig::LUA)
