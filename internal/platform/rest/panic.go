package rest

import (
	"errors"
	"runtime"
	"strconv"
	"strings"
)

// panicked describes a panic by its place in the code, not by its message.
func panicked() error {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var where []string
	for {
		f, more := frames.Next()
		if strings.Contains(f.Function, "balangan/homecare") {
			where = append(where, f.Function[strings.LastIndexByte(f.Function, '/')+1:]+":"+strconv.Itoa(f.Line))
		}
		if !more || len(where) == 6 {
			break
		}
	}
	return errors.New("panic at " + strings.Join(where, " < "))
}
