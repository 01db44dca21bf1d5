// Accept loops. Each socket is handed on to live as long as it has something to do.
#include "listener.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <type_traits>

#include "serve.hpp"
#include "text.hpp"

namespace petrel::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Local = asio::local::stream_protocol;

constexpr std::chrono::milliseconds kPause{100};  // after a failed accept, e.g. too many files

template <typename Protocol>
class AcceptLoop final : public Listener {
public:
    using Socket = typename Protocol::socket;
    using Serve = std::function<void(Socket)>;

    AcceptLoop(typename Protocol::acceptor acceptor, Serve serve)
        : acceptor_(std::move(acceptor)), serve_(std::move(serve)),
          retry_(acceptor_.get_executor()) {
        accept();
    }
    ~AcceptLoop() override {
        if (!path_.empty()) {
            ::unlink(path_.c_str());
        }
    }

    void stop() override {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        retry_.cancel();
    }
    std::uint16_t port() const override {
        if constexpr (std::is_same_v<Protocol, tcp>) {
            return acceptor_.local_endpoint().port();
        }
        return 0;
    }
    void remove_at_end(std::string path) { path_ = std::move(path); }

private:
    void accept() {
        acceptor_.async_accept([this](boost::system::error_code error, Socket socket) {
            if (error == asio::error::operation_aborted) {
                return;  // stopped: this object may be gone
            }
            if (!error) {
                serve_(std::move(socket));
                accept();
                return;
            }
            retry_.expires_after(kPause);
            retry_.async_wait([this](boost::system::error_code stopped) {
                if (!stopped) {
                    accept();
                }
            });
        });
    }

    typename Protocol::acceptor acceptor_;
    Serve serve_;
    asio::steady_timer retry_;
    std::string path_;
};

}  // namespace

ListenerResult listen_tcp(asio::io_context& io, Service& service, TcpOptions options) {
    boost::system::error_code error;
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), options.port);
    tcp::acceptor acceptor(io);
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return Failure{join("cannot listen on 127.0.0.1:", options.port, ": ", error.message(),
                            "; free the port or ask for 0, which takes any free one")};
    }
    auto serve = [&service, tls = options.tls](tcp::socket socket) {
        if (!service.accepts()) {
            return;  // the socket closes as it goes
        }
        boost::system::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        if (tls == nullptr) {
            serve_plain(std::move(socket), service);
        } else {
            serve_tls(std::move(socket), *tls, service);
        }
    };
    return std::unique_ptr<Listener>(
        std::make_unique<AcceptLoop<tcp>>(std::move(acceptor), std::move(serve)));
}

ListenerResult listen_unix(asio::io_context& io, Service& service, const std::string& path) {
    boost::system::error_code error;
    Local::acceptor acceptor(io);
    if (path.size() >= sizeof(sockaddr_un::sun_path)) {
        return Failure{join("control socket '", path, "' is ", path.size(), " characters long, ",
                            "the most is ", sizeof(sockaddr_un::sun_path) - 1)};
    }
    struct stat found{};
    if (::lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) {
        ::unlink(path.c_str());  // left behind by a simulator that was killed
    }
    acceptor.open(Local(), error);
    if (!error) {
        const auto before = ::umask(0177);
        acceptor.bind(Local::endpoint(path), error);
        ::umask(before);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return Failure{join("cannot listen on ", path, ": ", error.message(),
                            "; give a path in a folder you may write to")};
    }
    auto loop = std::make_unique<AcceptLoop<Local>>(
        std::move(acceptor),
        [&service](Local::socket socket) { serve_unix(std::move(socket), service); });
    loop->remove_at_end(path);
    return std::unique_ptr<Listener>(std::move(loop));
}

}  // namespace petrel::sim
