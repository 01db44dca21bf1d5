#!/bin/sh
# install_sdk.sh BUILD
#
# What a third party does: install component `sdk`, copy an example that came with it, build it,
# test it. Then what petrel demands of a plugin file: one exported symbol, none that is unique in
# the process, and the note that names its ABI. The tools come from the environment (CMAKE, CTEST,
# NM, READELF).
set -eu

build=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix
examples=$prefix/share/petrel/examples

fail() {
    echo "install_sdk: $*" >&2
    exit 1
}

check_plugin() {
    file=$1
    exported=$("$NM" -D --defined-only "$file" | awk '{print $NF}')
    [ "$exported" = petrel_plugin_entry_v1 ] ||
        fail "$file exports: $exported; wanted petrel_plugin_entry_v1 alone"
    unique=$("$NM" --defined-only "$file" | awk '$2 == "u"' | wc -l)
    [ "$unique" -eq 0 ] || fail "$file has $unique symbols that are unique in the process"
    "$READELF" -n "$file" | grep -q petrel || fail "$file has no note that names its ABI"
}

"$CMAKE" --install "$build" --component sdk --prefix "$prefix" >"$scratch/install.log" 2>&1 || {
    cat "$scratch/install.log"
    fail "the SDK does not install"
}
[ -f "$prefix/include/petrel/abi/plugin.h" ] || fail "the SDK has no abi/plugin.h"
strangers=$(find "$prefix" -path "$examples" -prune -o -type f \
    ! -name '*.h' ! -name '*.hpp' ! -name '*.cmake' ! -name '*.map' ! -name '*.md' -print)
[ -z "$strangers" ] || fail "the SDK installs what is none of it: $strangers"

warnings='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror'
built=0
for folder in "$examples"/*/; do
    grep -q 'find_package(petrel-sdk' "$folder/CMakeLists.txt" 2>/dev/null || continue
    name=$(basename "$folder")
    cp -r "$folder" "$scratch/$name"
    log=$scratch/$name.log
    {
        "$CMAKE" -S "$scratch/$name" -B "$scratch/$name/build" -DCMAKE_BUILD_TYPE=Debug \
            -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_FLAGS="$warnings" &&
            "$CMAKE" --build "$scratch/$name/build" &&
            "$CTEST" --test-dir "$scratch/$name/build" --output-on-failure --no-tests=error
    } >"$log" 2>&1 || {
        cat "$log"
        fail "$name does not build and pass against the installed SDK"
    }
    check_plugin "$scratch/$name/build/lib$name.so"
    ! grep -q "lib$name" "$build/examples/$name/cmake_install.cmake" ||
        fail "$name would be installed with the product"
    built=$((built + 1))
done
[ "$built" -ge 3 ] || fail "only $built examples were found in $examples"

checked=0
for file in "$build"/plugins/*.so "$build"/example_plugins/*.so; do
    [ -f "$file" ] || continue
    check_plugin "$file"
    checked=$((checked + 1))
done
[ "$checked" -ge 1 ] || fail "no built plugin was found in $build"
echo "install_sdk: $built examples built outside the tree, $checked built plugins checked"
