#include "net/client/connector.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstring>

namespace switchyard::net {
namespace {

using namespace std::chrono_literals;

/// The IPv6 loopback, or on a machine without IPv6 another address of the IPv4 one, which tests the same race.
const char* first_host() {
  const int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const bool bound = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return bound ? "::1" : "127.0.0.2";
}

/// A listening socket on a loopback address, which the kernel picks the port of.
class Listener {
 public:
  explicit Listener(const char* host) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address_.bytes);
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address_.bytes);
    const bool is_v4 = inet_pton(AF_INET, host, &v4.sin_addr) == 1;
    if (is_v4) {
      v4.sin_family = AF_INET;
    } else {
      EXPECT_EQ(inet_pton(AF_INET6, host, &v6.sin6_addr), 1);
      v6.sin6_family = AF_INET6;
    }
    address_.size = is_v4 ? sizeof v4 : sizeof v6;
    fd_ = socket(address_.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address_.bytes), address_.size), 0);
    EXPECT_EQ(listen(fd_, 0), 0);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address_.bytes), &address_.size);
  }
  ~Listener() {
    for (const int fd : fillers_) ::close(fd);
    close();
  }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  /// From here on a connect gets no answer at all, as from a host that is down: the queue of connections is full.
  void fall_silent() {
    for (int i = 0; i < 4; ++i) {
      fillers_.push_back(socket(address_.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      (void)connect(fillers_.back(), reinterpret_cast<sockaddr*>(&address_.bytes), address_.size);
    }
  }
  [[nodiscard]] const Address& address() const { return address_; }

 private:
  Address address_;
  int fd_ = -1;
  std::vector<int> fillers_;
};

class ConnectorTest : public testing::Test {
 protected:
  /// Begins to connect to a name that stands for both listeners.
  void begin(SteadyTime until = SteadyTime::max()) {
    connector_.emplace(loop_, ClientOptions{}, ProxyRules{}, [this](const std::string&, std::uint16_t) {
      return Addresses{first_.address(), second_.address()};
    });
    spawn(run(until));
  }
  Task<void> run(SteadyTime until) {
    auto stream = co_await connector_->connect(origin_, until, token_);
    if (!stream) {
      outcome_ = error_kind_name(stream.error().kind);
      co_return;
    }
    Address peer;
    peer.size = sizeof peer.bytes;
    getpeername((*stream)->fd(), reinterpret_cast<sockaddr*>(&peer.bytes), &peer.size);
    outcome_ = std::memcmp(&peer.bytes, &first_.address().bytes, peer.size) == 0 ? "first" : "second";
  }
  /// Turns the loop for a while of real time, or until it is known how it went.
  std::string outcome_after(std::chrono::milliseconds real) {
    for (auto left = real; left > 0ms && outcome_.empty(); left -= 2ms) loop_.run_once(2ms);
    return outcome_.empty() ? "waiting" : outcome_;
  }

  Listener first_{first_host()}, second_{"127.0.0.1"};
  ManualClock clock_;
  EventLoop loop_{clock_};
  const Origin origin_{.tls = false, .host = "api.example", .port = 80, .authority = "api.example"};
  CancelToken token_;
  std::optional<Connector> connector_;
  std::string outcome_;
};

TEST_F(ConnectorTest, TakesTheFirstFamilyWhenItAnswers) {
  begin();
  EXPECT_EQ(outcome_after(1s), "first");
}

// A network whose IPv6 is broken swallows the packets: the other family gets its turn after a quarter of a second.
TEST_F(ConnectorTest, ReachesTheOtherFamilyWhenTheFirstIsSilent) {
  first_.fall_silent();
  begin();
  EXPECT_EQ(outcome_after(50ms), "waiting");
  clock_.advance(249ms);
  EXPECT_EQ(outcome_after(20ms), "waiting") << "the first family has its head start";
  clock_.advance(3ms);
  EXPECT_EQ(outcome_after(1s), "second");
}

TEST_F(ConnectorTest, GoesOnAtOnceWhenAnAddressRefuses) {
  first_.close();
  begin();
  EXPECT_EQ(outcome_after(1s), "second") << "without the clock having moved";
}

TEST_F(ConnectorTest, GivesUpWhenEveryAddressRefuses) {
  first_.close();
  second_.close();
  begin();
  EXPECT_EQ(outcome_after(1s), "upstream_unavailable");
}

TEST_F(ConnectorTest, WaitsForASilentHostNoLongerThanTold) {
  first_.fall_silent();
  second_.fall_silent();
  begin(loop_.now() + 2s);
  EXPECT_EQ(outcome_after(20ms), "waiting");
  clock_.advance(1s);
  EXPECT_EQ(outcome_after(20ms), "waiting");
  clock_.advance(1100ms);
  EXPECT_EQ(outcome_after(1s), "upstream_timeout");
}

TEST_F(ConnectorTest, StopsEveryAttemptWhenCancelled) {
  first_.fall_silent();
  second_.fall_silent();
  begin();
  EXPECT_EQ(outcome_after(20ms), "waiting");
  clock_.advance(300ms);
  EXPECT_EQ(outcome_after(20ms), "waiting");
  token_.cancel();
  EXPECT_EQ(outcome_, "cancelled");
}

}  // namespace
}  // namespace switchyard::net
