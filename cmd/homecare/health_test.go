package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestReady: only a 200 of /readyz is ready; a refused connection and a 503 are
// not.
func TestReady(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			status = http.StatusTeapot
		}
		w.WriteHeader(status)
	}))
	addr := s.Listener.Addr().String()
	if err := ready(t.Context(), addr); err != nil {
		t.Error(err)
	}
	if err := ready(t.Context(), "0.0.0.0"+addr[len("127.0.0.1"):]); err != nil {
		t.Errorf("all addresses include this machine: %v", err)
	}
	status = http.StatusServiceUnavailable
	if ready(t.Context(), addr) == nil {
		t.Error("503 is ready")
	}
	s.Close()
	if ready(t.Context(), addr) == nil {
		t.Error("nobody there is ready")
	}
}
