// Beast's synchronous server. Paced, it waits for each frame's time; unpaced, it encrypts all
// frames first, one record each, and then writes them as fast as they are read, so that the reader
// never waits for it.
#include "tls_feed.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

namespace petrel::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

template <typename T, void (*Release)(T*)>
using Owned = std::unique_ptr<T, decltype([](T* p) { Release(p); })>;

// A self-signed certificate for 127.0.0.1 and its key, as PEM files.
void make_certificate(const std::string& certificate_file, const std::string& key_file) {
    const Owned<EVP_PKEY, EVP_PKEY_free> key(EVP_EC_gen("P-256"));
    const Owned<X509, X509_free> certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3'600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* name = X509_get_subject_name(certificate.get());
    const std::string host = "127.0.0.1";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(host.data()), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    for (const auto& [id, text] : {std::pair(NID_subject_alt_name, "IP:127.0.0.1"),
                                   std::pair(NID_basic_constraints, "critical,CA:TRUE")}) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, text);
        X509_add_ext(certificate.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    std::FILE* file = std::fopen(certificate_file.c_str(), "w");
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
    file = std::fopen(key_file.c_str(), "w");
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
}

// A socket that keeps what is written to it, when told to, until it is asked to send it.
class Gatherer {
public:
    using executor_type = tcp::socket::executor_type;
    using lowest_layer_type = tcp::socket;

    explicit Gatherer(tcp::socket socket) : socket_(std::move(socket)) {}
    executor_type get_executor() { return socket_.get_executor(); }
    tcp::socket& lowest_layer() { return socket_; }
    const tcp::socket& lowest_layer() const { return socket_; }

    void gather() { gathering_ = true; }
    // In pieces, so that one that leaves is noticed.
    void send_gathered(const std::atomic<bool>& stopping) {
        constexpr std::size_t kPiece = 64 * 1024;
        for (std::size_t at = 0; at < kept_.size() && !stopping; at += kPiece) {
            asio::write(socket_, asio::buffer(kept_) + at,
                        asio::transfer_exactly(std::min(kPiece, kept_.size() - at)));
        }
    }

    template <typename Buffers>
    std::size_t read_some(const Buffers& buffers, boost::system::error_code& error) {
        return socket_.read_some(buffers, error);
    }
    template <typename Buffers>
    std::size_t write_some(const Buffers& buffers, boost::system::error_code& error) {
        if (!gathering_) {
            return socket_.write_some(buffers, error);
        }
        error = {};
        const std::size_t before = kept_.size();
        for (auto at = asio::buffer_sequence_begin(buffers);
             at != asio::buffer_sequence_end(buffers); ++at) {
            const asio::const_buffer part = *at;
            kept_.append(static_cast<const char*>(part.data()), part.size());
        }
        return kept_.size() - before;
    }
    template <typename Buffers>
    std::size_t read_some(const Buffers& buffers) {
        return socket_.read_some(buffers);
    }
    template <typename Buffers>
    std::size_t write_some(const Buffers& buffers) {
        boost::system::error_code error;
        const std::size_t count = write_some(buffers, error);
        return error ? throw boost::system::system_error(error) : count;
    }

private:
    tcp::socket socket_;
    bool gathering_ = false;
    std::string kept_;
};

}  // namespace

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct TlsFeed::Impl {
    const Frames& frames;
    std::uint32_t per_second;
    std::vector<std::atomic<std::int64_t>> sent;
    std::string certificate;
    std::string key;
    asio::io_context context;
    tcp::acceptor acceptor{context, {asio::ip::make_address("127.0.0.1"), 0}};
    std::atomic<bool> stopping{false};
    std::thread thread;

    Impl(const Frames& f, std::uint32_t rate, std::size_t count)
        : frames(f), per_second(rate), sent(count) {
        const std::string base =
            (std::filesystem::temp_directory_path() / ("petrel-tls-" + std::to_string(::getpid())))
                .string();
        certificate = base + ".pem";
        key = base + ".key";
        make_certificate(certificate, key);
        thread = std::thread([this] { serve(); });
    }
    ~Impl() {
        stopping = true;
        boost::system::error_code ignored;
        asio::io_context poke;
        tcp::socket(poke).connect(acceptor.local_endpoint(ignored), ignored);
        thread.join();
        std::filesystem::remove(certificate);
        std::filesystem::remove(key);
    }

    void serve() {
        try {
            asio::ssl::context tls(asio::ssl::context::tls_server);
            tls.use_certificate_chain_file(certificate);
            tls.use_private_key_file(key, asio::ssl::context::pem);
            beast::websocket::stream<asio::ssl::stream<Gatherer>> ws(acceptor.accept(), tls);
            Gatherer& socket = ws.next_layer().next_layer();
            socket.lowest_layer().set_option(tcp::no_delay(true));
            ws.next_layer().handshake(asio::ssl::stream_base::server);
            ws.accept();
            ws.text(true);
            if (per_second == 0) {
                socket.gather();
                send_all(ws);
                socket.send_gathered(stopping);
            } else {
                send_all(ws);
            }
            while (!stopping) {
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
        } catch (const std::exception&) {
            // The client has left; the benchmark is over.
        }
    }

    template <typename Stream>
    void send_all(Stream& ws) {
        const std::int64_t gap_ns = per_second == 0 ? 0 : 1'000'000'000 / per_second;
        std::int64_t due_ns = now_ns() + 50'000'000;
        for (std::size_t i = 0; i < sent.size() && !stopping; ++i) {
            if (per_second != 0) {
                std::this_thread::sleep_for(std::chrono::nanoseconds(due_ns - now_ns()));
            }
            const std::string_view frame = frames[i % frames.size()];
            sent[i].store(now_ns(), std::memory_order_release);
            ws.write(asio::buffer(frame));
            due_ns += gap_ns;
        }
    }
};

TlsFeed::TlsFeed(const Frames& frames, std::uint32_t per_second, std::size_t count)
    : impl_(std::make_unique<Impl>(frames, per_second, count)) {}
TlsFeed::~TlsFeed() = default;
std::uint16_t TlsFeed::port() const { return impl_->acceptor.local_endpoint().port(); }
const std::string& TlsFeed::ca_file() const { return impl_->certificate; }
std::int64_t TlsFeed::sent_ns(std::size_t i) const {
    return impl_->sent[i].load(std::memory_order_acquire);
}

}  // namespace petrel::bench
