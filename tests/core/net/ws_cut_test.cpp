// A session that is cut at every byte, and claims that must not make memory grow.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "core/net/ws_run_support.hpp"

namespace petrel::core::test {
namespace {

enum class Cut { Reset, End };

// All that a server sends in a short session with every sort of frame.
std::string session_bytes(const std::string& head) {
    return MiniPeer::upgrade_answer(head) + text_frame("first") +
           frame({.opcode = 9, .payload = "ping"}) +
           frame({.opcode = 1, .payload = "frag", .final = false}) +
           frame({.opcode = 0, .payload = "ment"}) + frame({.opcode = 2, .payload = "\xff"}) +
           text_frame(std::string(130, 'l')) + close_frame(1001, "over");
}

// Sends `bytes` bytes of the session, then cuts. Says whether all of it went out.
bool run_cut(std::size_t bytes, Cut cut, RecordingHandler& handler) {
    bool whole = false;
    MiniServer server([&](MiniPeer& peer) {
        const std::string all = session_bytes(peer.read_head());
        whole = bytes >= all.size();
        peer.send(std::string_view(all).substr(0, bytes));
        if (cut == Cut::Reset) {
            return peer.reset();
        }
        peer.shut_down_sending();
        peer.wait_for_end();
    });
    run_client(server, {}, handler);
    return whole;
}

TEST(WsCut, has_one_verdict_wherever_the_session_is_cut) {
    const std::vector<std::string> sent = {"first", "fragment", "\xff", std::string(130, 'l')};
    for (const Cut cut : {Cut::End, Cut::Reset}) {
        bool whole = false;
        std::size_t most = 0;
        for (std::size_t bytes = 0; !whole; ++bytes) {
            RecordingHandler handler;
            whole = run_cut(bytes, cut, handler);
            ASSERT_EQ(handler.ends, 1) << "cut after " << bytes << " bytes";
            ASSERT_LE(handler.messages.size(), sent.size());
            for (std::size_t i = 0; i < handler.messages.size(); ++i) {
                ASSERT_EQ(handler.messages[i], sent[i]) << "cut after " << bytes << " bytes";
            }
            if (cut == Cut::End) {  // a reset may overtake what was sent before it
                const auto wanted = whole ? LinkEndKind::PeerClosed : LinkEndKind::Reset;
                ASSERT_EQ(handler.end->kind, wanted)
                    << "cut after " << bytes << " bytes: " << handler.end->sentence;
                ASSERT_GE(handler.messages.size(), most);
            }
            most = handler.messages.size();
        }
        if (cut == Cut::End) {
            EXPECT_EQ(most, sent.size());
        }
    }
}

std::size_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::size_t pages = 0;
    file >> pages >> pages;
    return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST(WsCut, memory_stays_flat_under_claims_of_huge_messages) {
    const auto attack = [] {
        for (const std::uint64_t claim : {std::uint64_t{1} << 28, std::uint64_t{1} << 40,
                                          std::uint64_t{1} << 62, ~std::uint64_t{0}}) {
            MiniServer server([claim](MiniPeer& peer) {
                peer.upgrade();
                peer.send(frame({.payload = std::string(1'000, 'x'), .length = claim}));
                const std::string more(65'536, 'x');
                for (int i = 0; i < 64 && peer.send(more); ++i) {
                }
                peer.wait_for_end();
            });
            RecordingHandler handler;
            run_client(server, {}, handler);
            EXPECT_EQ(handler.end->code, 1009);
        }
    };
    attack();
    const std::size_t before = resident_bytes();
    for (int i = 0; i < 10; ++i) {
        attack();
    }
    EXPECT_LT(resident_bytes(), before + (8U << 20));
}

}  // namespace
}  // namespace petrel::core::test
