# The picture is read back with what draws it.
pkg_check_modules(CAIRO REQUIRED IMPORTED_TARGET cairo)
target_link_libraries(petrel_card_test PRIVATE PkgConfig::CAIRO)
