// The checks, by groups: each reports a row for each id of its list, and makes what it needs from
// the session.
//
// Called by core/contract/isolation, each group in a child process of its own, on its one thread.
#pragma once

#include <span>
#include <string_view>

#include "contract/contract_session.hpp"

namespace petrel::core {

struct CheckGroup {
    std::string_view ids;  // of its rows, with blanks between
    void (*run)(ContractSession& session, RowSink& sink);
};

// In the order of the list of rows; fuzzing is apart, as it runs for a time that is given.
std::span<const CheckGroup> check_groups();

void check_description(ContractSession& session, RowSink& sink);
void check_instances(ContractSession& session, RowSink& sink);
void check_discovery(ContractSession& session, RowSink& sink);
void check_discovery_refusals(ContractSession& session, RowSink& sink);
void check_plan(ContractSession& session, RowSink& sink);
void check_expected(ContractSession& session, RowSink& sink);
void check_split_and_merged(ContractSession& session, RowSink& sink);
void check_deterministic(ContractSession& session, RowSink& sink);
void check_reconnect(ContractSession& session, RowSink& sink);
void check_other_connection(ContractSession& session, RowSink& sink);
void check_padding(ContractSession& session, RowSink& sink);
void check_room(ContractSession& session, RowSink& sink);
void check_garbage(ContractSession& session, RowSink& sink);
void check_damage(ContractSession& session, RowSink& sink);
void check_backfill(ContractSession& session, RowSink& sink);
void check_backfill_refusals(ContractSession& session, RowSink& sink);
void check_memory(ContractSession& session, RowSink& sink);
void check_fuzz(ContractSession& session, RowSink& sink);

// What is wrong with a request, in words, or "".
std::string request_fault(const RequestPlan& request, std::uint32_t purpose,
                          std::uint32_t weight_per_minute);

// The beginning of an input, fit to be printed.
std::string shown(std::string_view input);

// Bodies that no venue's list or history is: error pages, nothing, other documents.
struct BadReply {
    std::string_view what;
    std::uint32_t http_status;
    std::string body;
};
std::vector<BadReply> bad_replies();

// Frames that are none of any venue.
std::vector<std::string> garbage_frames();

}  // namespace petrel::core
