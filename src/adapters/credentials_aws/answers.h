#pragma once
/// \file
/// Reads what AWS's issuers of credentials answer. Pure. No error repeats any part of an answer but AWS's own name of
/// an error.

#include <string>
#include <string_view>

#include "base/result.h"
#include "service/credentials/credential_source.h"

namespace switchyard::aws {

/// The XML of AssumeRoleWithWebIdentity, for any status. Errors: kUpstreamUnavailable.
Result<Credentials> parse_sts_answer(int status, std::string_view body);
/// The JSON of a container's endpoint and of an instance's metadata; `what` names which. Errors: kUpstreamUnavailable.
Result<Credentials> parse_endpoint_answer(int status, std::string_view body, std::string_view what);

}  // namespace switchyard::aws
