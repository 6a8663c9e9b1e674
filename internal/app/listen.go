package app

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
)

// firstInherited is the first file descriptor that a supervisor passes
// (systemd's protocol, sd_listen_fds(3)).
const firstInherited = 3

// listen returns the socket that the supervisor passed, or a new one at addr. An
// inherited socket outlives this process: a client that connects between the end of
// one process and the start of the next waits in the socket's queue instead of
// being refused.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	n, _ := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	pid := os.Getenv("LISTEN_PID")
	_, _ = os.Unsetenv("LISTEN_FDS"), os.Unsetenv("LISTEN_PID") // child processes must not inherit it
	if n < 1 || pid != "" && pid != strconv.Itoa(os.Getpid()) {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
		if err != nil {
			return nil, fmt.Errorf("HOMECARE_ADDR: %w", err)
		}
		return l, nil
	}
	if n > 1 {
		return nil, fmt.Errorf("LISTEN_FDS: one socket is wanted, %d were passed on", n)
	}
	f := os.NewFile(firstInherited, "inherited socket")
	l, err := net.FileListener(f)
	_ = f.Close() // FileListener has a copy
	if err != nil {
		return nil, fmt.Errorf("LISTEN_FDS: %w", err)
	}
	return l, nil
}

// tell reports a state to the supervisor (sd_notify(3)): READY=1, STOPPING=1.
// Without a supervisor it does nothing.
func tell(ctx context.Context, state string) {
	addr := os.Getenv("NOTIFY_SOCKET")
	if addr == "" {
		return
	}
	c, err := new(net.Dialer).DialContext(ctx, "unixgram", addr)
	if err != nil {
		return
	}
	_, _ = c.Write([]byte(state))
	_ = c.Close()
}
