# Some tests look into Lua states themselves.
target_link_libraries(petrel_script_test PRIVATE petrel_lua)
