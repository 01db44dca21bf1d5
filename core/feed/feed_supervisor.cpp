// The venues of a feed thread, in the order of the configuration.
#include "feed/feed_supervisor.hpp"

namespace petrel::core {

void FeedSupervisor::add(ExchangeHandle handle, std::uint16_t venue, FeedOptions options) {
    feeds_.push_back(std::make_unique<ExchangeFeed>(loop_, std::move(handle), venue,
                                                    std::move(options), sink_, book_));
}

void FeedSupervisor::start() {
    for (const auto& feed : feeds_) {
        feed->start();
    }
}

void FeedSupervisor::look_after() {
    for (const auto& feed : feeds_) {
        feed->look_after();
    }
}

void FeedSupervisor::stop() {
    for (const auto& feed : feeds_) {
        feed->stop();
    }
    feeds_.clear();
}

std::vector<FeedStatus> FeedSupervisor::status() const {
    std::vector<FeedStatus> status;
    for (const auto& feed : feeds_) {
        feed->append_status(status);
    }
    return status;
}

}  // namespace petrel::core
