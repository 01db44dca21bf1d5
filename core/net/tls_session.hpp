// TLS of one client connection without I/O: bytes from the socket in, bytes for the socket out.
//
// Owned by a connection of this folder, on its loop's thread. The peer's certificate and name are
// always verified; there is no switch that turns it off. TLS 1.2 and 1.3 only, no compression, no
// renegotiation.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "petrel/result.hpp"

struct ssl_ctx_st;
struct ssl_st;
struct bio_st;

namespace petrel::core {

// Trust roots: the system's, plus the certificates of one file. Loaded once and again when the
// file changed.
class TlsTrust {
public:
    TlsTrust();
    ~TlsTrust();
    // `ca_file` may be empty.
    Result<ssl_ctx_st*> context(const std::string& ca_file);

private:
    struct Loaded;
    std::map<std::string, Loaded> loaded_;
};

class TlsSession {
public:
    enum class Step { Done, WantInput, Closed, Failed };

    // `host` is the name or address that the certificate must carry.
    static Result<std::unique_ptr<TlsSession>> client(TlsTrust& trust, const std::string& ca_file,
                                                      const std::string& host);
    explicit TlsSession(std::string host);  // unusable; client() makes whole ones
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    Step handshake();
    void feed(std::span<const char> cipher);
    // Decrypts into `room`; `count` says how much came out.
    Step read(std::span<char> room, std::size_t& count);
    // Encrypts all of `plain`, which then waits in the output.
    Step write(std::span<const char> plain);
    // Moves at most room.size() bytes for the socket out; 0 when none wait.
    std::size_t take_output(std::span<char> room);
    void queue_close_notify();

    // Bytes of a record that is not whole yet are held.
    [[nodiscard]] bool holds_partial_record() const;
    // Why the last step failed, as a sentence without the address.
    [[nodiscard]] const std::string& failure() const { return failure_; }

private:
    Step failed();
    Step after(int result);

    std::string host_;
    std::string failure_;
    ssl_st* ssl_ = nullptr;  // owned; freed by the destructor
    bio_st* in_ = nullptr;   // owned by ssl_
    bio_st* out_ = nullptr;  // owned by ssl_
};

}  // namespace petrel::core
