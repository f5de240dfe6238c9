#pragma once
/// \file
/// The two ways of relaying a stream; see relay.h.

#include "service/turn/relay.h"

namespace switchyard {

/// One dialect: bytes go through as they come, a tap reads along.
Task<RelayResult> relay_stream(const RelayRequest& request, UpstreamAnswer& answer, AnswerSink& sink);
/// Two dialects: decoded and encoded event by event, one write for all that one read brought.
Task<RelayResult> relay_stream_translated(const RelayRequest& request, const RelayLimits& limits,
                                          UpstreamAnswer& answer, AnswerSink& sink);

/// A stream whose client wants one whole answer.
Task<RelayResult> relay_collected(const RelayRequest& request, const RelayLimits& limits, UpstreamAnswer& answer,
                                  AnswerSink& sink);

}  // namespace switchyard
