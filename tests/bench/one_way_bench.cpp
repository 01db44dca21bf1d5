// One way from a venue's socket to the verdict, TLS, 5,000 frames a second, beside a bare
// asynchronous Beast client that does nothing with what it reads: how late (counters, in
// microseconds), and how much processor time a frame takes when they come as fast as they are read.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <ctime>

#include "engine.hpp"
#include "net/ws_client.hpp"
#include "tls_feed.hpp"

namespace petrel::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

constexpr std::uint32_t kPerSecond = 5'000;
constexpr std::size_t kCount = 20'000;
constexpr std::size_t kWarmUp = 2'000;
constexpr std::size_t kFloodCount = 200'000;

// CPU time of the calling thread, which is the receiver's.
std::int64_t thread_cpu_ns() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void report(benchmark::State& state, std::vector<std::int64_t>& latencies) {
    if (latencies.size() < kCount) {
        state.SkipWithError("not every frame arrived");
        return;
    }
    latencies.erase(latencies.begin(), latencies.begin() + kWarmUp);
    std::sort(latencies.begin(), latencies.end());
    const auto at = [&](double share) {
        const auto i = static_cast<std::size_t>(share * static_cast<double>(latencies.size() - 1));
        return static_cast<double>(latencies[i]) / 1e3;
    };
    state.counters["p50_us"] = at(0.5);
    state.counters["p99_us"] = at(0.99);
    state.counters["p999_us"] = at(0.999);
}

// The floor: async_read in a loop.
class BareClient {
public:
    BareClient(const TlsFeed& feed, std::vector<std::int64_t>& latencies)
        : feed_(feed), latencies_(latencies), ws_(context_, tls_) {
        beast::get_lowest_layer(ws_).connect({asio::ip::make_address("127.0.0.1"), feed.port()});
        beast::get_lowest_layer(ws_).set_option(tcp::no_delay(true));
        ws_.next_layer().handshake(asio::ssl::stream_base::client);
        ws_.handshake("127.0.0.1", "/");
    }
    void run(std::size_t count) {
        count_ = count;
        read();
        context_.run();
    }

private:
    void read() {
        ws_.async_read(buffer_, [this](beast::error_code error, std::size_t) {
            if (error) {
                return;
            }
            latencies_.push_back(now_ns() - feed_.sent_ns(latencies_.size()));
            buffer_.consume(buffer_.size());
            if (latencies_.size() < count_) {
                read();
            }
        });
    }

    const TlsFeed& feed_;
    std::vector<std::int64_t>& latencies_;
    std::size_t count_ = 0;
    asio::io_context context_{1};
    asio::ssl::context tls_{asio::ssl::context::tls_client};
    beast::websocket::stream<beast::ssl_stream<tcp::socket>> ws_;
    beast::flat_buffer buffer_;
};

void BM_FloorBeastOneWay(benchmark::State& state) {
    for (auto _ : state) {
        std::vector<std::int64_t> latencies;
        latencies.reserve(kCount);
        const TlsFeed feed(binance_frames(), kPerSecond, kCount);
        BareClient client(feed, latencies);
        client.run(kCount);
        report(state, latencies);
    }
}

// The product's own client, certificate checked, each frame through all stages to its verdict.
class EngineHandler final : public core::WsHandler {
public:
    EngineHandler(core::IoLoop& loop, const TlsFeed& feed, Engine& engine,
                  std::vector<std::int64_t>& latencies)
        : loop_(loop), feed_(feed), engine_(engine), latencies_(latencies) {}
    void on_open() override {}
    void on_message(const core::WsMessage& message) override {
        engine_.frame(message.data);
        latencies_.push_back(now_ns() - feed_.sent_ns(latencies_.size()));
        if (latencies_.size() == latencies_.capacity()) {
            loop_.stop();
        }
    }
    void on_end(const core::LinkEnd&) override { loop_.stop(); }

private:
    core::IoLoop& loop_;
    const TlsFeed& feed_;
    Engine& engine_;
    std::vector<std::int64_t>& latencies_;
};

void BM_OneWay(benchmark::State& state) {
    Engine engine("binance");
    for (auto _ : state) {
        std::vector<std::int64_t> latencies;
        latencies.reserve(kCount);
        const TlsFeed feed(binance_frames(), kPerSecond, kCount);
        core::IoLoop loop;
        EngineHandler handler(loop, feed, engine, latencies);
        core::WsOptions options;
        options.url = "wss://127.0.0.1:" + std::to_string(feed.port()) + "/";
        options.ca_file = feed.ca_file();
        const auto client = core::WsClient::open(loop, std::move(options), handler);
        loop.run();
        report(state, latencies);
        engine.renew();
    }
}

// TLS, one record a frame: processor time of the receiving thread for each frame.
void BM_FloorBeastTlsReceive(benchmark::State& state) {
    for (auto _ : state) {
        std::vector<std::int64_t> latencies;
        latencies.reserve(kFloodCount);
        const TlsFeed feed(binance_frames(), 0, kFloodCount);
        BareClient client(feed, latencies);
        const std::int64_t before_ns = thread_cpu_ns();
        client.run(kFloodCount);
        state.counters["cpu_ns_per_frame"] =
            static_cast<double>(thread_cpu_ns() - before_ns) / static_cast<double>(kFloodCount);
    }
}

void BM_TlsReceiveToVerdict(benchmark::State& state) {
    Engine engine("binance");
    for (auto _ : state) {
        std::vector<std::int64_t> latencies;
        latencies.reserve(kFloodCount);
        const TlsFeed feed(binance_frames(), 0, kFloodCount);
        core::IoLoop loop;
        EngineHandler handler(loop, feed, engine, latencies);
        core::WsOptions options;
        options.url = "wss://127.0.0.1:" + std::to_string(feed.port()) + "/";
        options.ca_file = feed.ca_file();
        const auto client = core::WsClient::open(loop, std::move(options), handler);
        const std::int64_t before_ns = thread_cpu_ns();
        loop.run();
        state.counters["cpu_ns_per_frame"] =
            static_cast<double>(thread_cpu_ns() - before_ns) / static_cast<double>(kFloodCount);
        engine.renew();
    }
}

BENCHMARK(BM_FloorBeastOneWay)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_OneWay)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_FloorBeastTlsReceive)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_TlsReceiveToVerdict)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace petrel::bench
