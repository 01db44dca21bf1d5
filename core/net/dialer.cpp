// Several attempts at once, at most one of which is handed over.
#include <algorithm>

#include "net/dialer_impl.hpp"

namespace petrel::core {

std::vector<Dialer::Endpoint> Dialer::by_turns(const std::vector<Endpoint>& addresses) {
    std::vector<Endpoint> first;
    std::vector<Endpoint> second;
    for (const Endpoint& address : addresses) {
        const bool same = address.protocol() == addresses.front().protocol();
        (same ? first : second).push_back(address);
    }
    std::vector<Endpoint> order;
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        for (const std::vector<Endpoint>* family : {&first, &second}) {
            if (i < family->size() && order.size() < kAddressesMax) {
                order.push_back((*family)[i]);
            }
        }
    }
    return order;
}

void Dialer::dial(const std::vector<Endpoint>& addresses, std::shared_ptr<void> keep, Done done) {
    addresses_ = by_turns(addresses);
    keep_ = std::move(keep);
    done_ = std::move(done);
    tried_ = 0;
    failed_ = 0;
    try_next();
}

void Dialer::cancel() {
    done_ = nullptr;
    silence_.cancel();
    for (const auto& attempt : std::exchange(attempts_, {})) {
        ErrorCode ignored;
        attempt->close(ignored);
    }
    keep_.reset();
}

void Dialer::try_next() {
    auto attempt = std::make_shared<Wire::Socket>(socket_.get_executor());
    attempts_.push_back(attempt);
    attempt->async_connect(addresses_[tried_++], [this, attempt, held = keep_](ErrorCode error) {
        if (done_) {
            ended(attempt, error);
        }
    });
    if (tried_ < addresses_.size()) {
        silence_.after(kSilence_ms, [this] { try_next(); });
    }
}

void Dialer::ended(const std::shared_ptr<Wire::Socket>& attempt, ErrorCode error) {
    if (!error) {
        socket_ = std::move(*attempt);
        return finish({});
    }
    ++failed_;
    if (tried_ < addresses_.size()) {
        silence_.cancel();
        return try_next();
    }
    if (failed_ == addresses_.size()) {
        finish(addresses_.size() == 1
                   ? "cannot connect: " + error.message()
                   : "cannot connect: none of " + std::to_string(addresses_.size()) +
                         " addresses answers (the last: " + error.message() + ")");
    }
}

void Dialer::finish(std::string failure) {
    const auto held = std::exchange(keep_, nullptr);
    const Done done = std::exchange(done_, nullptr);
    cancel();
    done(std::move(failure));
}

}  // namespace petrel::core
