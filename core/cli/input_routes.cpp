// A body is taken whole or refused: a key that is misspelt would else be a 0 that nobody meant.
#include "cli/input_routes.hpp"

#include <nlohmann/json.hpp>

#include "config/units.hpp"

namespace petrel::core {
namespace {

using InputJson = nlohmann::ordered_json;

constexpr const char* kSentimentBody =
    R"(send {"symbol":"BTCUSDT","value":-0.6,"impact":0.8,"source":"newsdesk"}; "value" lies )"
    "between -1 and 1, \"impact\" (0 when left out) between 0 and 1, \"source\" may be left out";

Result<SentimentInput> read_sentiment(const std::string& body) {
    const auto json = InputJson::parse(body, nullptr, false);
    if (!json.is_object()) {
        return Status::invalid("the body is no JSON object");
    }
    SentimentInput input;
    bool has_value = false;
    for (auto member = json.begin(); member != json.end(); ++member) {
        if (member.key() == "symbol" && member->is_string()) {
            input.symbol = member->get<std::string>();
        } else if (member.key() == "value" && member->is_number()) {
            input.value = member->get<double>();
            has_value = true;
        } else if (member.key() == "impact" && member->is_number()) {
            input.impact = member->get<double>();
        } else if (member.key() == "source" && member->is_string()) {
            input.source = member->get<std::string>();
        } else {
            return Status::invalid("the body's '" + member.key().substr(0, 40) +
                                   "' is not known, or of the wrong type");
        }
    }
    if (input.symbol.empty() || !has_value) {
        return Status::invalid(std::string("the body has no \"") +
                               (has_value ? "symbol" : "value") + "\"");
    }
    return input;
}

RouteReply take_sentiment(Pipeline& pipeline, const RouteRequest& request) {
    const Result<SentimentInput> input = read_sentiment(request.body);
    if (!input.ok()) {
        return error_reply({400, "PTL-A016", input.status().message(), kSentimentBody});
    }
    const Result<std::size_t> symbols = pipeline.feed_sentiment(*input);
    if (!symbols.ok() && symbols.status().code() == PETREL_E_FULL) {
        return error_reply({429, "PTL-A017", symbols.status().message(), "send fewer, or later"});
    }
    if (!symbols.ok()) {
        return error_reply({400, "PTL-A016", symbols.status().message(), kSentimentBody});
    }
    InputJson json;
    json["symbol"] = input->symbol;
    json["symbols"] = *symbols;
    json["valid"] = format_duration_ms(pipeline.sentiment_valid_ms());
    return {200, json.dump(-1, ' ', false, InputJson::error_handler_t::replace)};
}

}  // namespace

Status add_input_routes(Pipeline& pipeline, RouteTable& table) {
    return table.add(
        {"POST", "/v1/inputs/sentiment", "the mood of a symbol, and what the news weigh"},
        [&](const RouteRequest& request) { return take_sentiment(pipeline, request); });
}

}  // namespace petrel::core
