/* Layout of the exchange, detector and notifier interfaces, compiled as C11. */
#include "abi_layout.h"
#include "petrel/abi/detector.h"
#include "petrel/abi/exchange.h"
#include "petrel/abi/notifier.h"

/* exchange.h */
SIZE(petrel_instrument, 104);
AT(petrel_instrument, size, 0);
AT(petrel_instrument, type, 4);
AT(petrel_instrument, native, 8);
AT(petrel_instrument, base, 24);
AT(petrel_instrument, quote, 40);
AT(petrel_instrument, settle, 56);
AT(petrel_instrument, base_per_unit, 72);
AT(petrel_instrument, quote_per_unit, 80);
AT(petrel_instrument, price_divisor, 88);
AT(petrel_instrument, expiry_ns, 96);

SIZE(petrel_exchange_info, 104);
AT(petrel_exchange_info, size, 0);
AT(petrel_exchange_info, channels, 4);
AT(petrel_exchange_info, aliases, 8);
AT(petrel_exchange_info, alias_count, 16);
AT(petrel_exchange_info, message_bytes_max, 20);
AT(petrel_exchange_info, ws_endpoints, 24);
AT(petrel_exchange_info, ws_endpoint_count, 32);
AT(petrel_exchange_info, rest_endpoint_count, 36);
AT(petrel_exchange_info, rest_endpoints, 40);
AT(petrel_exchange_info, completeness, 48);
AT(petrel_exchange_info, rest_weight_per_minute, 64);
AT(petrel_exchange_info, sample_interval_ms, 72);
AT(petrel_exchange_info, reserved, 68);

SIZE(petrel_subscription, 32);
AT(petrel_subscription, size, 0);
AT(petrel_subscription, instrument, 4);
AT(petrel_subscription, channels, 8);
AT(petrel_subscription, reserved, 12);
AT(petrel_subscription, native, 16);

SIZE(petrel_stream, 32);
AT(petrel_stream, size, 0);
AT(petrel_stream, instrument, 4);
AT(petrel_stream, kinds, 8);
AT(petrel_stream, reserved, 12);
AT(petrel_stream, topic, 16);

SIZE(petrel_head_field, 40);
AT(petrel_head_field, size, 0);
AT(petrel_head_field, reserved, 4);
AT(petrel_head_field, name, 8);
AT(petrel_head_field, value, 24);

SIZE(petrel_signing, 80);
AT(petrel_signing, size, 0);
AT(petrel_signing, hash, 4);
AT(petrel_signing, signature_coding, 8);
AT(petrel_signing, secret_coding, 12);
AT(petrel_signing, message, 16);
AT(petrel_signing, headers, 32);
AT(petrel_signing, header_count, 40);
AT(petrel_signing, reserved, 44);
AT(petrel_signing, query, 48);
AT(petrel_signing, login, 64);

SIZE(petrel_connection_plan, 128);
AT(petrel_connection_plan, size, 0);
AT(petrel_connection_plan, frame_count, 4);
AT(petrel_connection_plan, name, 8);
AT(petrel_connection_plan, path, 24);
AT(petrel_connection_plan, frames, 40);
AT(petrel_connection_plan, frame_gap_ms, 48);
AT(petrel_connection_plan, keepalive_ms, 52);
AT(petrel_connection_plan, keepalive, 56);
AT(petrel_connection_plan, idle_ms_max, 72);
AT(petrel_connection_plan, life_s_max, 76);
AT(petrel_connection_plan, streams, 80);
AT(petrel_connection_plan, stream_count, 88);
AT(petrel_connection_plan, reserved, 92);
AT(petrel_connection_plan, headers, 96);
AT(petrel_connection_plan, header_count, 104);
AT(petrel_connection_plan, flags, 108);
AT(petrel_connection_plan, signing, 112);
AT(petrel_connection_plan, purpose, 120);
AT(petrel_connection_plan, reserved2, 124);

SIZE(petrel_http_request, 104);
AT(petrel_http_request, size, 0);
AT(petrel_http_request, purpose, 4);
AT(petrel_http_request, tag, 8);
AT(petrel_http_request, method, 16);
AT(petrel_http_request, target, 32);
AT(petrel_http_request, body, 48);
AT(petrel_http_request, weight, 64);
AT(petrel_http_request, interval_ms, 68);
AT(petrel_http_request, instrument, 72);
AT(petrel_http_request, reserved, 76);
AT(petrel_http_request, headers, 80);
AT(petrel_http_request, header_count, 88);
AT(petrel_http_request, reserved2, 92);
AT(petrel_http_request, signing, 96);

SIZE(petrel_notice, 32);
AT(petrel_notice, size, 0);
AT(petrel_notice, type, 4);
AT(petrel_notice, text, 8);
AT(petrel_notice, reference, 24);

SIZE(petrel_decode_out, 72);
AT(petrel_decode_out, size, 0);
AT(petrel_decode_out, capacity, 4);
AT(petrel_decode_out, count, 8);
AT(petrel_decode_out, stride, 12);
AT(petrel_decode_out, events, 16);
AT(petrel_decode_out, context, 24);
AT(petrel_decode_out, flush, 32);
AT(petrel_decode_out, instrument, 40);
AT(petrel_decode_out, notice, 48);
AT(petrel_decode_out, request, 56);
AT(petrel_decode_out, send, 64);

SIZE(petrel_frame, 32);
AT(petrel_frame, size, 0);
AT(petrel_frame, connection, 4);
AT(petrel_frame, data, 8);
AT(petrel_frame, length, 16);
AT(petrel_frame, receive_ts_ns, 24);

SIZE(petrel_reply, 48);
AT(petrel_reply, size, 0);
AT(petrel_reply, http_status, 4);
AT(petrel_reply, tag, 8);
AT(petrel_reply, purpose, 16);
AT(petrel_reply, instrument, 20);
AT(petrel_reply, data, 24);
AT(petrel_reply, length, 32);
AT(petrel_reply, receive_ts_ns, 40);

SIZE(petrel_plan_out, 32);
AT(petrel_plan_out, size, 0);
AT(petrel_plan_out, reserved, 4);
AT(petrel_plan_out, context, 8);
AT(petrel_plan_out, connection, 16);
AT(petrel_plan_out, poll, 24);

SIZE(petrel_gap, 64);
AT(petrel_gap, size, 0);
AT(petrel_gap, instrument, 4);
AT(petrel_gap, kind, 8);
AT(petrel_gap, reserved, 12);
AT(petrel_gap, native, 16);
AT(petrel_gap, first_id, 32);
AT(petrel_gap, last_id, 40);
AT(petrel_gap, from_ns, 48);
AT(petrel_gap, to_ns, 56);

SIZE(petrel_exchange, 80);
AT(petrel_exchange, size, 0);
AT(petrel_exchange, reserved, 4);
AT(petrel_exchange, info, 8);
AT(petrel_exchange, create, 16);
AT(petrel_exchange, destroy, 24);
AT(petrel_exchange, discover, 32);
AT(petrel_exchange, plan, 40);
AT(petrel_exchange, on_frame, 48);
AT(petrel_exchange, on_reply, 56);
AT(petrel_exchange, on_open, 64);
AT(petrel_exchange, backfill, 72);

IS(PETREL_FRAME_PADDING, 64);
IS(PETREL_INSTRUMENT_PERPETUAL, 1);
IS(PETREL_INSTRUMENT_FUTURE, 2);
IS(PETREL_INSTRUMENT_SPOT, 3);
IS(PETREL_COMPLETE, 1);
IS(PETREL_SAMPLED, 2);
IS(PETREL_POLLED, 3);
IS(PETREL_CONNECTION_COMPRESS, 1);
IS(PETREL_REQUEST_DISCOVERY, 1);
IS(PETREL_REQUEST_POLL, 2);
IS(PETREL_REQUEST_BACKFILL, 3);
IS(PETREL_NOTICE_ACK, 1);
IS(PETREL_NOTICE_SUBSCRIBE_FAIL, 2);
IS(PETREL_NOTICE_PONG, 3);
IS(PETREL_NOTICE_VENUE_ERROR, 4);
IS(PETREL_NOTICE_RECONNECT, 5);
IS(PETREL_NOTICE_GAP, 6);
IS(PETREL_NOTICE_KEY_REFUSED, 7);
IS(PETREL_NOTICE_HISTORY_WHOLE, 8);
IS(PETREL_SIGN_HMAC_SHA256, 1);
IS(PETREL_SIGN_HMAC_SHA512, 2);
IS(PETREL_CODING_PLAIN, 0);
IS(PETREL_CODING_HEX, 1);
IS(PETREL_CODING_BASE64, 2);
IS(PETREL_CONNECTION_MARKET_DATA, 0);
IS(PETREL_CONNECTION_USER_DATA, 1);
IS(PETREL_CONNECTION_TRADING, 2);
IS(PETREL_CONNECTION_SYSTEM, 3);

/* detector.h */
SIZE(petrel_interest, 24);
AT(petrel_interest, size, 0);
AT(petrel_interest, kind, 4);
AT(petrel_interest, group, 8);
AT(petrel_interest, horizon_ms, 12);
AT(petrel_interest, notional_usd_min, 16);

SIZE(petrel_window_query, 24);
AT(petrel_window_query, size, 0);
AT(petrel_window_query, kind, 4);
AT(petrel_window_query, venue, 8);
AT(petrel_window_query, horizon_ms, 12);
AT(petrel_window_query, notional_usd_min, 16);

SIZE(petrel_window_sum, 72);
AT(petrel_window_sum, size, 0);
AT(petrel_window_sum, flags, 4);
AT(petrel_window_sum, first_count, 8);
AT(petrel_window_sum, second_count, 16);
AT(petrel_window_sum, first_notional_usd, 24);
AT(petrel_window_sum, second_notional_usd, 32);
AT(petrel_window_sum, first_quantity, 40);
AT(petrel_window_sum, second_quantity, 48);
AT(petrel_window_sum, coverage, 56);
AT(petrel_window_sum, venue_count, 64);
AT(petrel_window_sum, reserved, 68);

SIZE(petrel_market_state, 64);
AT(petrel_market_state, size, 0);
AT(petrel_market_state, reserved, 4);
AT(petrel_market_state, last_price, 8);
AT(petrel_market_state, mark_price, 16);
AT(petrel_market_state, index_price, 24);
AT(petrel_market_state, funding_rate, 32);
AT(petrel_market_state, open_interest_usd, 40);
AT(petrel_market_state, best_bid, 48);
AT(petrel_market_state, best_ask, 56);

SIZE(petrel_window_view, 40);
AT(petrel_window_view, size, 0);
AT(petrel_window_view, reserved, 4);
AT(petrel_window_view, context, 8);
AT(petrel_window_view, sum, 16);
AT(petrel_window_view, events, 24);
AT(petrel_window_view, state, 32);

SIZE(petrel_finding, 88);
AT(petrel_finding, size, 0);
AT(petrel_finding, type, 4);
AT(petrel_finding, phase, 8);
AT(petrel_finding, side, 12);
AT(petrel_finding, reserved0, 13);
AT(petrel_finding, venue, 14);
AT(petrel_finding, flags, 16);
AT(petrel_finding, events, 20);
AT(petrel_finding, onset_ns, 24);
AT(petrel_finding, at_ns, 32);
AT(petrel_finding, notional_usd, 40);
AT(petrel_finding, threshold_usd, 48);
AT(petrel_finding, price, 56);
AT(petrel_finding, dominance, 64);
AT(petrel_finding, window_ms, 72);
AT(petrel_finding, evidence_count, 76);
AT(petrel_finding, evidence, 80);

SIZE(petrel_finding_out, 24);
AT(petrel_finding_out, size, 0);
AT(petrel_finding_out, reserved, 4);
AT(petrel_finding_out, context, 8);
AT(petrel_finding_out, emit, 16);

SIZE(petrel_state_out, 24);
AT(petrel_state_out, size, 0);
AT(petrel_state_out, reserved, 4);
AT(petrel_state_out, context, 8);
AT(petrel_state_out, write, 16);

SIZE(petrel_detector, 64);
AT(petrel_detector, size, 0);
AT(petrel_detector, reserved, 4);
AT(petrel_detector, finding_types, 8);
AT(petrel_detector, create, 16);
AT(petrel_detector, destroy, 24);
AT(petrel_detector, interests, 32);
AT(petrel_detector, on_events, 40);
AT(petrel_detector, save_state, 48);
AT(petrel_detector, load_state, 56);

IS(PETREL_VENUE_ALL, 65535);
IS(PETREL_PHASE_ONSET, 1);
IS(PETREL_PHASE_UPDATE, 2);
IS(PETREL_PHASE_SINGLE, 3);
IS(PETREL_EVIDENCE_MAX, 32);
IS(PETREL_STATE_BYTES_MAX, 67108864);

/* notifier.h */
SIZE(petrel_alert_field, 32);
AT(petrel_alert_field, name, 0);
AT(petrel_alert_field, value, 16);

SIZE(petrel_alert, 256);
AT(petrel_alert, size, 0);
AT(petrel_alert, severity, 4);
AT(petrel_alert, id, 8);
AT(petrel_alert, type, 24);
AT(petrel_alert, symbol, 40);
AT(petrel_alert, headline, 56);
AT(petrel_alert, fields, 72);
AT(petrel_alert, field_count, 80);
AT(petrel_alert, side, 84);
AT(petrel_alert, footer, 88);
AT(petrel_alert, json, 104);
AT(petrel_alert, at_ns, 120);
AT(petrel_alert, score, 128);
AT(petrel_alert, story_id, 136);
AT(petrel_alert, provider_id, 152);
AT(petrel_alert, link, 168);
AT(petrel_alert, image, 184);
AT(petrel_alert, image_bytes, 192);
AT(petrel_alert, image_alt, 200);
AT(petrel_alert, sent_at_ns, 216);
AT(petrel_alert, late_ms, 224);
AT(petrel_alert, phase, 232);
AT(petrel_alert, attempt, 236);
AT(petrel_alert, silent, 240);
AT(petrel_alert, may_repeat, 244);
AT(petrel_alert, shown_phase, 248);
AT(petrel_alert, acknowledged, 252);

SIZE(petrel_notifier_limits, 40);
AT(petrel_notifier_limits, size, 0);
AT(petrel_notifier_limits, text_chars_max, 4);
AT(petrel_notifier_limits, per_second, 8);
AT(petrel_notifier_limits, per_minute, 16);
AT(petrel_notifier_limits, burst, 24);
AT(petrel_notifier_limits, timeout_ms, 28);
AT(petrel_notifier_limits, abilities, 32);
AT(petrel_notifier_limits, reserved, 36);

SIZE(petrel_header, 32);
AT(petrel_header, name, 0);
AT(petrel_header, value, 16);

SIZE(petrel_notifier_request, 72);
AT(petrel_notifier_request, size, 0);
AT(petrel_notifier_request, header_count, 4);
AT(petrel_notifier_request, method, 8);
AT(petrel_notifier_request, url, 24);
AT(petrel_notifier_request, body, 40);
AT(petrel_notifier_request, headers, 56);
AT(petrel_notifier_request, timeout_ms, 64);
AT(petrel_notifier_request, reserved, 68);

SIZE(petrel_notifier_reply, 40);
AT(petrel_notifier_reply, size, 0);
AT(petrel_notifier_reply, http_status, 4);
AT(petrel_notifier_reply, header_count, 8);
AT(petrel_notifier_reply, reserved, 12);
AT(petrel_notifier_reply, headers, 16);
AT(petrel_notifier_reply, body, 24);

SIZE(petrel_outcome, 280);
AT(petrel_outcome, size, 0);
AT(petrel_outcome, result, 4);
AT(petrel_outcome, retry_after_ms, 8);
AT(petrel_outcome, provider_id, 16);
AT(petrel_outcome, reason, 32);

SIZE(petrel_notifier, 72);
AT(petrel_notifier, size, 0);
AT(petrel_notifier, reserved, 4);
AT(petrel_notifier, create, 8);
AT(petrel_notifier, destroy, 16);
AT(petrel_notifier, limits, 24);
AT(petrel_notifier, build, 32);
AT(petrel_notifier, read_reply, 40);
AT(petrel_notifier, deliver, 48);
AT(petrel_notifier, build_poll, 56);
AT(petrel_notifier, read_poll, 64);

IS(PETREL_SEVERITY_INFO, 1);
IS(PETREL_SEVERITY_WARNING, 2);
IS(PETREL_SEVERITY_CRITICAL, 3);
IS(PETREL_DELIVERED, 1);
IS(PETREL_RETRY, 2);
IS(PETREL_REFUSED, 3);
IS(PETREL_BROKEN, 4);
IS(PETREL_ALERT_NEW, 1);
IS(PETREL_ALERT_UPDATE, 2);
IS(PETREL_ALERT_END, 3);
IS(PETREL_ALERT_DIGEST, 4);
IS(PETREL_ALERT_TEST, 5);
IS(PETREL_ALERT_ACKNOWLEDGED, 6);
IS(PETREL_ALERT_IMAGE, 7);
IS(PETREL_CAN_EDIT, 1);
IS(PETREL_CAN_THREAD, 2);
IS(PETREL_CAN_IMAGE, 4);
IS(PETREL_CAN_RESOLVE, 8);
IS(PETREL_HONOURS_KEY, 16);
IS(PETREL_CAN_ADD_IMAGE, 64);
