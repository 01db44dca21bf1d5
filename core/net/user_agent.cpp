// Name and version of the product, as the build says it.
#include "net/user_agent.hpp"

#include "config/product_version.hpp"

namespace petrel::core {

const std::string& user_agent() {
    static const std::string text = "petrel/" + std::string(product_version());
    return text;
}

}  // namespace petrel::core
