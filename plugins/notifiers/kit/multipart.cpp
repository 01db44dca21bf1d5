// Names and file names are the channels' own literals and need no escaping.
#include "kit/multipart.hpp"

#include <algorithm>
#include <vector>

namespace petrel::kit {

std::string boundary_for(std::span<const std::string_view> texts) {
    for (unsigned number = 0;; ++number) {
        std::string boundary = "petrel-part-" + std::to_string(number);
        const bool taken = std::any_of(texts.begin(), texts.end(), [&](std::string_view text) {
            return text.find(boundary) != std::string_view::npos;
        });
        if (!taken) {
            return boundary;
        }
    }
}

FormBody form_of(std::span<const FormPart> parts) {
    std::vector<std::string_view> texts;
    for (const FormPart& part : parts) {
        texts.push_back(part.bytes);
    }
    const std::string boundary = boundary_for(texts);
    FormBody form{"multipart/form-data; boundary=" + boundary, {}};
    for (const FormPart& part : parts) {
        form.body +=
            "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + part.name + "\"";
        form.body += part.filename.empty() ? "" : "; filename=\"" + part.filename + "\"";
        form.body += "\r\n";
        form.body += part.content_type.empty() ? "" : "Content-Type: " + part.content_type + "\r\n";
        form.body += "\r\n" + std::string(part.bytes) + "\r\n";
    }
    form.body += "--" + boundary + "--\r\n";
    return form;
}

}  // namespace petrel::kit
