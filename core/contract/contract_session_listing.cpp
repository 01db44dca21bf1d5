// Long lists of instruments out of a short one: an element of the venue's own reply, repeated under
// other names.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "contract/contract_session.hpp"

namespace petrel::core {
namespace {

using ListJson = nlohmann::ordered_json;

// QAAA, QAAB ...: no currency of that name is in use.
std::string invented(std::size_t number) {
    std::string name = "QAAA";
    for (std::size_t at = 3; at > 0; --at) {
        name[at] = static_cast<char>('A' + number % 26);
        number /= 26;
    }
    return name;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

// Whether a list's element is the instrument: it holds its name, or is the name without a prefix.
bool is_entry(const ListJson& element, const std::string& native, const std::string& base) {
    if (element.is_string()) {
        const auto text = element.get<std::string>();
        return native.find(text) != std::string::npos && text.find(base) != std::string::npos;
    }
    return element.dump().find("\"" + native + "\"") != std::string::npos;
}

// Repeats the element of each list that holds the name; true when there was one.
bool repeat_within(ListJson& node, const std::string& native, const std::string& base,
                   std::size_t copies) {
    bool any = false;
    if (node.is_array()) {
        for (std::size_t i = 0; i < node.size() && !any; ++i) {
            const bool deeper = (node[i].is_array() || node[i].is_object()) &&
                                repeat_within(node[i], native, base, copies);
            if (deeper) {
                return true;
            }
            if (!is_entry(node[i], native, base)) {
                continue;
            }
            const std::string text = node[i].dump();
            for (std::size_t copy = 0; copy < copies; ++copy) {
                node.push_back(
                    ListJson::parse(replaced(text, base, invented(copy)), nullptr, false));
            }
            any = true;
        }
        return any;
    }
    if (node.is_object()) {
        for (auto& [key, value] : node.items()) {
            any = repeat_within(value, native, base, copies) || any;
        }
    }
    return any;
}

std::string repeat_line(const std::string& body, const std::string& native, const std::string& base,
                        std::size_t copies) {
    const std::size_t at = body.find(native);
    if (at == std::string::npos) {
        return body;
    }
    const std::size_t before = body.rfind('\n', at);
    const std::size_t begin = before == std::string::npos ? 0 : before + 1;
    const std::size_t end = std::min(body.find('\n', at), body.size());
    const std::string line = body.substr(begin, end - begin);
    std::string more = body;
    if (!more.ends_with('\n')) {
        more += '\n';
    }
    for (std::size_t copy = 0; copy < copies; ++copy) {
        more += replaced(line, base, invented(copy)) + '\n';
    }
    return more;
}

}  // namespace

std::string with_more_instruments(const std::string& body, const std::string& native,
                                  const std::string& base, std::size_t copies) {
    ListJson document = ListJson::parse(body, nullptr, false);
    if (document.is_discarded()) {
        return repeat_line(body, native, base, copies);
    }
    return repeat_within(document, native, base, copies) ? document.dump() : body;
}

}  // namespace petrel::core
