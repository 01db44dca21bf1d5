// Who may include whom. Rules about a single file and its #include lines; pure functions.
// The table of wrappers, which folder of core alone may include which library, is in the .cpp.
#pragma once

#include "source_file.hpp"

namespace petrel::tidy {

struct Include {
    std::size_t line = 0;
    std::string path;
    enum class Form : std::uint8_t { Angle, Quoted } form = Form::Angle;
};

std::vector<Include> includes_of(const SourceFile& file);

// sdk/: C and C++ standard headers and petrel/; abi/: C11 headers and its own neighbours.
Violations check_sdk_includes(const SourceFile& file);

// plugins/ and examples/: the SDK, own files, the kit beside them and private libraries; never
// core, another plugin, threads or sockets. The tree tells which quoted files are the folder's own.
Violations check_plugin_includes(const SourceFile& file, const Tree& tree);

// core/: never a plugin, an example or a test; each library behind its one wrapper folder.
Violations check_core_libraries(const SourceFile& file);

// core/: a stage never includes a later one; what lies below the stages includes none.
Violations check_stage_order(const SourceFile& file);

// core/: threads, mutexes and atomics only where concurrency lives.
Violations check_thread_headers(const SourceFile& file);

// A core header that includes a heavy library is included by its own folder only.
Violations check_heavy_headers(const Tree& tree);

}  // namespace petrel::tidy
