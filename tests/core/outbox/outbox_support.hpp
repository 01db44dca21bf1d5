// An outbox over a store of its own, for tests of what becomes of notifications.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>

#include "core/outbox/signal_support.hpp"
#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "outbox/alert_codec.hpp"
#include "outbox/outbox.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {

class OutboxTest : public ::testing::Test {
protected:
    // A new life of the outbox: what was in flight is forgotten.
    void restart() {
        outbox_.reset();
        store_ = std::move(Database::open(path_).value());
        outbox_ = std::make_unique<Outbox>(*store_, options_);
    }
    std::vector<Delivery> take(const std::string& channel, const ChannelRoom& room = {},
                               std::int64_t now_ns = kNow) {
        Result<Outbox::Taken> taken = outbox_->take(channel, room, now_ns);
        EXPECT_TRUE(taken.ok()) << taken.status().message();
        return taken.ok() ? std::move(taken->deliveries) : std::vector<Delivery>();
    }
    void settle(const Delivery& delivery, DeliveryResult result,
                const std::string& provider_id = "", std::int64_t now_ns = kNow) {
        EXPECT_TRUE(outbox_->settle({delivery, result, 0, provider_id, "as told"}, now_ns).ok());
    }
    // Sends all that is due there.
    void deliver_all(const std::string& channel, std::int64_t now_ns = kNow) {
        for (const Delivery& delivery : take(channel, {}, now_ns)) {
            settle(delivery, DeliveryResult::Delivered, "m-" + delivery.row.key, now_ns);
        }
    }
    NotificationRow row(const std::string& story, const std::string& key) {
        const auto rows = store_->notifications(story);
        const auto found = std::find_if(rows->begin(), rows->end(),
                                        [&](const auto& one) { return one.key == key; });
        return found == rows->end() ? NotificationRow() : *found;
    }
    static std::vector<std::string> keys(const std::vector<Delivery>& deliveries) {
        std::vector<std::string> list;
        for (const Delivery& delivery : deliveries) {
            list.push_back(delivery.row.key);
        }
        return list;
    }

    petrel::testing::TempFolder folder_;
    std::string path_ = folder_.at("petrel.db");
    OutboxOptions options_;
    std::unique_ptr<Database> store_;
    std::unique_ptr<Outbox> outbox_;
};

}  // namespace petrel::core
