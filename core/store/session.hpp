// The database library's session, for the .cpp files of this folder only.
#pragma once

#include <soci/soci.h>

#include <string>

#include "store/database.hpp"

namespace petrel::core {

struct Database::Session {
    soci::session sql;
    std::string path;
};

}  // namespace petrel::core
