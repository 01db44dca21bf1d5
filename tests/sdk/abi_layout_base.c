/* Layout of what every kind of plugin shares, compiled as C11. */
#include "abi_layout.h"
#include "petrel/abi/host.h"
#include "petrel/abi/market_event.h"
#include "petrel/abi/plugin.h"
#include "petrel/abi/status.h"
#include "petrel/abi/version.h"

/* version.h */
SIZE(petrel_text, 16);
AT(petrel_text, data, 0);
AT(petrel_text, length, 8);

/* status.h */
SIZE(petrel_error, 256);
AT(petrel_error, size, 0);
AT(petrel_error, code, 4);
AT(petrel_error, text, 8);

IS(PETREL_OK, 0);
IS(PETREL_IGNORED, 1);
IS(PETREL_E_INVALID, -1);
IS(PETREL_E_REJECTED, -2);
IS(PETREL_E_UNSUPPORTED, -3);
IS(PETREL_E_EXCEPTION, -4);
IS(PETREL_E_IO, -5);
IS(PETREL_E_FULL, -6);

/* host.h */
SIZE(petrel_host, 24);
AT(petrel_host, size, 0);
AT(petrel_host, reserved, 4);
AT(petrel_host, context, 8);
AT(petrel_host, service, 16);

SIZE(petrel_log_service, 24);
AT(petrel_log_service, size, 0);
AT(petrel_log_service, reserved, 4);
AT(petrel_log_service, context, 8);
AT(petrel_log_service, write, 16);

SIZE(petrel_config, 40);
AT(petrel_config, size, 0);
AT(petrel_config, group_count, 4);
AT(petrel_config, context, 8);
AT(petrel_config, number, 16);
AT(petrel_config, text, 24);
AT(petrel_config, group_name, 32);

/* plugin.h */
SIZE(petrel_parameter, 104);
AT(petrel_parameter, size, 0);
AT(petrel_parameter, type, 4);
AT(petrel_parameter, flags, 8);
AT(petrel_parameter, reserved, 12);
AT(petrel_parameter, name, 16);
AT(petrel_parameter, unit, 32);
AT(petrel_parameter, description, 48);
AT(petrel_parameter, minimum, 64);
AT(petrel_parameter, maximum, 72);
AT(petrel_parameter, default_number, 80);
AT(petrel_parameter, default_text, 88);

SIZE(petrel_plugin_entry, 96);
AT(petrel_plugin_entry, size, 0);
AT(petrel_plugin_entry, abi_major, 4);
AT(petrel_plugin_entry, abi_minor, 6);
AT(petrel_plugin_entry, kind, 8);
AT(petrel_plugin_entry, parameter_count, 12);
AT(petrel_plugin_entry, name, 16);
AT(petrel_plugin_entry, version, 32);
AT(petrel_plugin_entry, author, 48);
AT(petrel_plugin_entry, description, 64);
AT(petrel_plugin_entry, parameters, 80);
AT(petrel_plugin_entry, interface_of, 88);

SIZE(petrel_abi_note, 24);
AT(petrel_abi_note, name_size, 0);
AT(petrel_abi_note, data_size, 4);
AT(petrel_abi_note, type, 8);
AT(petrel_abi_note, name, 12);
AT(petrel_abi_note, major, 20);
AT(petrel_abi_note, minor, 22);

IS(PETREL_KIND_EXCHANGE, 1);
IS(PETREL_KIND_DETECTOR, 2);
IS(PETREL_KIND_NOTIFIER, 3);
IS(PETREL_KIND_VOTER, 4);
IS(PETREL_PARAMETER_NUMBER, 1);
IS(PETREL_PARAMETER_INTEGER, 2);
IS(PETREL_PARAMETER_DURATION, 3);
IS(PETREL_PARAMETER_BOOLEAN, 4);
IS(PETREL_PARAMETER_TEXT, 5);
IS(PETREL_PARAMETER_FILE, 6);
IS(PETREL_PARAMETER_PER_GROUP, 1);
IS(PETREL_PARAMETER_MINIMUM, 2);
IS(PETREL_PARAMETER_SECRET, 4);
IS(PETREL_PARAMETER_REQUIRED, 8);

/* market_event.h */
SIZE(petrel_market_event, 64);
AT(petrel_market_event, kind, 0);
AT(petrel_market_event, side, 1);
AT(petrel_market_event, flags, 2);
AT(petrel_market_event, venue, 4);
AT(petrel_market_event, reserved, 6);
AT(petrel_market_event, instrument, 8);
AT(petrel_market_event, count, 12);
AT(petrel_market_event, exchange_ts_ns, 16);
AT(petrel_market_event, receive_ts_ns, 24);
AT(petrel_market_event, price, 32);
AT(petrel_market_event, quantity, 40);
AT(petrel_market_event, notional_usd, 48);
AT(petrel_market_event, id, 56);

SIZE(petrel_batch, 40);
AT(petrel_batch, size, 0);
AT(petrel_batch, count, 4);
AT(petrel_batch, stride, 8);
AT(petrel_batch, symbol, 12);
AT(petrel_batch, group, 16);
AT(petrel_batch, reserved, 20);
AT(petrel_batch, now_ns, 24);
AT(petrel_batch, events, 32);

IS(PETREL_EVENT_TRADE, 1);
IS(PETREL_EVENT_LIQUIDATION, 2);
IS(PETREL_EVENT_MARK_PRICE, 3);
IS(PETREL_EVENT_FUNDING, 4);
IS(PETREL_EVENT_OPEN_INTEREST, 5);
IS(PETREL_EVENT_BEST_BID, 6);
IS(PETREL_EVENT_BEST_ASK, 7);
IS(PETREL_EVENT_SENTIMENT, 8);
IS(PETREL_EVENT_KIND_END, 9);
IS(PETREL_SIDE_NONE, 0);
IS(PETREL_SIDE_BUY, 1);
IS(PETREL_SIDE_SELL, 2);
IS(PETREL_SIDE_LONG, 3);
IS(PETREL_SIDE_SHORT, 4);
IS(PETREL_FLAG_SAMPLED, 1);
IS(PETREL_FLAG_LATE, 2);
IS(PETREL_FLAG_TIME_CLAMPED, 4);
IS(PETREL_FLAG_ID_HASHED, 8);
IS(PETREL_FLAG_MERGED, 16);
IS(PETREL_FLAG_ID_SEQUENCE, 32);

/* Compared with what the C++ compiler sees. */
const size_t petrel_test_sizes_in_c[3] = {sizeof(petrel_market_event), sizeof(petrel_plugin_entry),
                                          sizeof(petrel_batch)};
