#include "net/client/dns.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <atomic>
#include <latch>

namespace switchyard::net {
namespace {

using namespace std::chrono_literals;

Address address(sa_family_t family, std::uint16_t port = 80) {
  Address made;
  made.bytes.ss_family = family;
  reinterpret_cast<sockaddr_in&>(made.bytes).sin_port = htons(port);
  made.size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  return made;
}

class ResolverTest : public testing::Test {
 protected:
  /// Begins a lookup; its outcome will stand in `answers_` as "<addresses> addresses" or an error's kind.
  void ask(std::string host, SteadyTime until = SteadyTime::max(), CancelToken* token = nullptr) {
    spawn(run(std::move(host), until, token != nullptr ? *token : no_token_));
  }
  /// Turns the loop until `count` answers have come.
  std::vector<std::string> answers(std::size_t count) {
    for (int i = 0; i < 1000 && answers_.size() < count; ++i) loop_.run_once(2ms);
    return std::exchange(answers_, {});
  }
  Task<void> run(std::string host, SteadyTime until, CancelToken& token) {
    auto found = co_await resolver_->resolve(std::move(host), 443, until, token);
    answers_.push_back(found ? std::to_string((*found)->size()) + " addresses"
                             : std::string(error_kind_name(found.error().kind)));
  }
  void make(LookUp look_up) {
    resolver_.emplace(loop_, 30s, [this, look_up](const std::string& host, std::uint16_t port) {
      ++lookups_;
      return look_up(host, port);
    });
  }

  ManualClock clock_;
  EventLoop loop_{clock_};
  std::atomic<int> lookups_ = 0;
  std::optional<Resolver> resolver_;
  std::vector<std::string> answers_;
  CancelToken no_token_;
};

using Texts = std::vector<std::string>;

TEST_F(ResolverTest, AsksAgainOnlyWhenAnAnswerHasReachedItsMaximumAge) {
  make([](const std::string&, std::uint16_t port) { return Addresses{address(AF_INET, port)}; });
  for (int i = 0; i < 3; ++i) {
    ask("api.example");
    EXPECT_EQ(answers(1), Texts{"1 addresses"});
    clock_.advance(29'999ms);
    loop_.run_once(0ms);
    ask("api.example");
    EXPECT_EQ(answers(1), Texts{"1 addresses"});
    EXPECT_EQ(lookups_, i + 1);
    clock_.advance(1ms);
    loop_.run_once(0ms);
  }
  ask("other.example");
  EXPECT_EQ(answers(1), Texts{"1 addresses"});
  EXPECT_EQ(lookups_, 4) << "names do not share an answer";
}

TEST_F(ResolverTest, AsksAgainOneSecondAfterAFailure) {
  make([this](const std::string&, std::uint16_t) -> Result<Addresses> {
    if (lookups_ == 1) return fail(ErrorKind::kUpstreamUnavailable, "no such host");
    return Addresses{address(AF_INET)};
  });
  ask("api.example");
  EXPECT_EQ(answers(1), Texts{"upstream_unavailable"});
  clock_.advance(999ms);
  loop_.run_once(0ms);
  ask("api.example");
  EXPECT_EQ(answers(1), Texts{"upstream_unavailable"});
  EXPECT_EQ(lookups_, 1);
  clock_.advance(1ms);
  loop_.run_once(0ms);
  ask("api.example");
  EXPECT_EQ(answers(1), Texts{"1 addresses"});
}

TEST_F(ResolverTest, LooksUpOnceForAllThatWait) {
  std::latch go(1);
  make([&go](const std::string&, std::uint16_t) {
    go.wait();
    return Addresses{address(AF_INET), address(AF_INET)};
  });
  for (int i = 0; i < 5; ++i) ask("api.example");
  go.count_down();
  EXPECT_EQ(answers(5), Texts(5, "2 addresses"));
  EXPECT_EQ(lookups_, 1);
}

// Both once came back as "the provider could not be resolved", which counts against the provider.
TEST_F(ResolverTest, TellsALateLookupFromACancelledOneAndFromAFailedOne) {
  std::latch go(1);
  make([&go](const std::string&, std::uint16_t) {
    go.wait();
    return Addresses{address(AF_INET)};
  });
  CancelToken token;
  ask("api.example", loop_.now() + 100ms);
  ask("api.example", SteadyTime::max(), &token);
  token.cancel();
  EXPECT_EQ(answers(1), Texts{"cancelled"});
  clock_.advance(200ms);
  EXPECT_EQ(answers(1), Texts{"upstream_timeout"});
  go.count_down();
  ask("api.example");
  EXPECT_EQ(answers(1), Texts{"1 addresses"});
  EXPECT_EQ(lookups_, 1) << "the waiting ended, not the lookup";
}

TEST_F(ResolverTest, MayGoWhileALookupRuns) {
  std::latch go(1), done(1);
  make([&](const std::string&, std::uint16_t) {
    go.wait();
    done.count_down();
    return Addresses{address(AF_INET)};
  });
  CancelToken token;
  ask("api.example", SteadyTime::max(), &token);
  token.cancel();
  EXPECT_EQ(answers(1), Texts{"cancelled"});
  resolver_.reset();
  go.count_down();
  done.wait();
  loop_.run_once(5ms);
  EXPECT_TRUE(answers_.empty());
}

TEST_F(ResolverTest, TakesLiteralAddressesAsTheyAre) {
  make([](const std::string&, std::uint16_t) { return Addresses{}; });
  ask("127.0.0.1");
  ask("::1");
  ask("api.example");
  EXPECT_EQ(answers(3), (Texts{"1 addresses", "1 addresses", "upstream_unavailable"}));
  EXPECT_EQ(lookups_, 1);
}

TEST(Addresses, AlternateBetweenTheFamiliesForRacing) {
  const Addresses mixed = interleaved(
      {address(AF_INET6, 1), address(AF_INET6, 2), address(AF_INET6, 3), address(AF_INET, 4), address(AF_INET, 5)});
  std::vector<int> ports;
  for (const Address& one : mixed) ports.push_back(ntohs(reinterpret_cast<const sockaddr_in&>(one.bytes).sin_port));
  EXPECT_EQ(ports, (std::vector{1, 4, 2, 5, 3}));
  EXPECT_TRUE(interleaved({}).empty());
}

}  // namespace
}  // namespace switchyard::net
