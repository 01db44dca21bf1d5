// The list of instruments: rows "discover", "instruments" and "discovery_refusals".
#include <algorithm>
#include <cmath>
#include <string>

#include "contract/checks.hpp"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kTruncationsMax = 400;

std::uint32_t weight_limit(const petrel_exchange_info& info) {
    constexpr std::size_t end = offsetof(petrel_exchange_info, rest_weight_per_minute) +
                                sizeof(petrel_exchange_info::rest_weight_per_minute);
    return info.size >= end ? info.rest_weight_per_minute : 0;
}

bool plain_code(const std::string& code) {
    return !code.empty() && std::all_of(code.begin(), code.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

bool positive(double value) { return std::isfinite(value) && value > 0; }

std::string instrument_fault(const AnnouncedInstrument& i) {
    if (!plain_code(i.base) || !plain_code(i.quote)) {
        return "base '" + shown(i.base) + "' and quote '" + shown(i.quote) +
               "' must be upper-case currency codes";
    }
    const petrel_instrument& f = i.figures;
    if (f.type < PETREL_INSTRUMENT_PERPETUAL || f.type > PETREL_INSTRUMENT_SPOT) {
        return "type is " + std::to_string(f.type);
    }
    if ((f.type == PETREL_INSTRUMENT_FUTURE) != (f.expiry_ns > 0)) {
        return "a dated future has an expiry and nothing else has; expiry_ns is " +
               std::to_string(f.expiry_ns);
    }
    if (!positive(f.price_divisor)) {
        return "price_divisor is " + std::to_string(f.price_divisor);
    }
    if (!positive(f.base_per_unit) && !positive(f.quote_per_unit)) {
        return "neither base_per_unit nor quote_per_unit is above 0, so quantities mean nothing";
    }
    return {};
}

void report_instruments(const ContractSession& session, const AdapterRig& rig, RowSink& sink) {
    for (const AnnouncedInstrument& instrument : rig.announced()) {
        const std::string wrong = instrument_fault(instrument);
        if (!wrong.empty()) {
            sink.fail("instruments", "'" + instrument.native + "': " + wrong, "",
                      "announce it as petrel_instrument in petrel/abi/exchange.h describes");
            return;
        }
    }
    if (rig.announcements_refused() > 0) {
        sink.fail("instruments",
                  std::to_string(rig.announcements_refused()) +
                      " announcements were refused: names are 1 to 64 characters of A-Z, a-z, 0-9 "
                      "and . _ : -",
                  "", "announce plain names, and leave out what has none");
    } else if (rig.announced().empty()) {
        sink.not_shown("instruments",
                       session.answered().empty()
                           ? "give the venue's list: {\"discovery\":\"/path\",\"reply\":\"...\"}"
                           : "the replies of the file announce no instrument");
    } else {
        sink.pass("instruments", std::to_string(rig.announced().size()) + " announced");
    }
}

// Feeds one body to a fresh instance; a refusal with a reason is what is wanted.
std::string refusal_fault(ContractSession& session, const RequestPlan& request,
                          std::uint32_t http_status, const std::string& body) {
    const auto rig = session.fresh();
    if (!rig.ok()) {
        return rig.status().message();
    }
    (void)(*rig)->discover();
    const CallResult read = (*rig)->reply(request, http_status, body);
    if (!read.fault.empty()) {
        return read.fault;
    }
    return read.refused() ? "" : "it was taken";
}

// Half replies, cut at up to kTruncationsMax places.
std::string truncation_fault(ContractSession& session, const ContractSession::Answered& good,
                             std::string& cut) {
    const std::size_t end = good.body.find_last_not_of(" \t\r\n") + 1;
    const std::size_t step = end / kTruncationsMax + 1;
    // A list of lines may end behind any of them; a document may not.
    const bool document = good.body.starts_with('{') || good.body.starts_with('[');
    for (std::size_t length = 1; length < end; length += step) {
        cut = good.body.substr(0, length);
        const std::string wrong = refusal_fault(session, good.request, good.http_status, cut);
        if (!wrong.empty() && (document || wrong != "it was taken")) {
            return wrong;
        }
    }
    return {};
}

}  // namespace

void check_discovery(ContractSession& session, RowSink& sink) {
    const auto one = session.fresh();
    const auto two = session.fresh();
    if (!one.ok() || !two.ok()) {
        const std::string why = one.ok() ? two.status().message() : one.status().message();
        sink.fail("discover", why, "", "see row instances");
        return;
    }
    const CallResult asked = (*one)->discover();
    const CallResult again = (*two)->discover();
    std::string wrong = asked.fault;
    if (wrong.empty() && asked.refused()) {
        wrong = "discover() failed: " + asked.reason;
    }
    if (wrong.empty() && asked.requests.empty()) {
        wrong = "discover() asks for nothing, so no instrument would be known";
    }
    for (const RequestPlan& request : asked.requests) {
        if (wrong.empty()) {
            wrong = request_fault(request, PETREL_REQUEST_DISCOVERY, weight_limit((*one)->info()));
        }
    }
    for (std::size_t i = 0; wrong.empty() && i < asked.requests.size(); ++i) {
        if (again.requests.size() != asked.requests.size() ||
            again.requests[i].target != asked.requests[i].target ||
            again.requests[i].body != asked.requests[i].body) {
            wrong = "a second instance asks for something else";
        }
    }
    if (!wrong.empty()) {
        sink.fail("discover", wrong, "", "correct the requests that discover() makes");
    } else {
        sink.pass("discover", std::to_string(asked.requests.size()) + " requests, first " +
                                  shown(asked.requests.front().target));
    }
    const auto ready = session.ready();
    if (!ready.ok()) {
        sink.fail("instruments", ready.status().message(), "",
                  "read the venue's list in on_reply(), or correct the reply in the file");
        return;
    }
    report_instruments(session, **ready, sink);
}

void check_discovery_refusals(ContractSession& session, RowSink& sink) {
    constexpr const char* remedy =
        "refuse it with Decoded::rejected(\"why\"): look at http_status first, then at the body";
    const auto rig = session.fresh();
    if (!rig.ok()) {
        sink.fail("discovery_refusals", rig.status().message(), "", "see row instances");
        return;
    }
    const std::vector<RequestPlan> requests = (*rig)->discover().requests;
    std::size_t tried = 0;
    for (const RequestPlan& request : requests) {
        for (const BadReply& bad : bad_replies()) {
            ++tried;
            const std::string wrong = refusal_fault(session, request, bad.http_status, bad.body);
            if (!wrong.empty()) {
                sink.fail("discovery_refusals", std::string(bad.what) + ": " + wrong,
                          shown(bad.body), remedy);
                return;
            }
        }
    }
    if (session.has_frames()) {
        (void)session.ready();
    }
    for (const ContractSession::Answered& good : session.answered()) {
        ++tried;
        std::string wrong = refusal_fault(session, good.request, 503, good.body);
        std::string body = good.body;
        if (!wrong.empty()) {
            wrong = "a 503 with a good body: " + wrong;
        } else if (good.http_status < 400) {
            wrong = truncation_fault(session, good, body);
            wrong = wrong.empty() ? wrong : "half a reply: " + wrong;
        }
        if (!wrong.empty()) {
            sink.fail("discovery_refusals", wrong, shown(body), remedy);
            return;
        }
    }
    if (tried == 0) {
        sink.not_applicable("discovery_refusals", "discover() asks for nothing");
        return;
    }
    sink.pass("discovery_refusals", std::to_string(tried) + " bad replies refused");
}

}  // namespace petrel::core
