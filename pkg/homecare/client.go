package homecare

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Client calls the API. It renews its access token automatically, retries
// requests that may be retried (with the same Idempotency-Key), and is safe for
// concurrent use.
type Client struct {
	base string
	// HTTP is the transport; http.DefaultClient when nil.
	HTTP *http.Client
	// Language of texts: "id" (default) or "en".
	Language string
	// Clock, if set, gives the business time for a development server.
	Clock func() time.Time
	// Retries is the number of retries of a request that may be retried.
	Retries int

	mu          sync.Mutex
	tokens      Tokens
	credentials *Credentials // of a machine
}

// New returns a client of the API at base, such as "http://127.0.0.1:8080".
func New(base string) *Client {
	return &Client{base: strings.TrimRight(base, "/"), Language: "id", Retries: 3}
}

// With returns a client with the same address and transport, without tokens.
func (c *Client) With() *Client {
	return &Client{base: c.base, HTTP: c.HTTP, Language: c.Language, Clock: c.Clock, Retries: c.Retries}
}

// Tokens are the client's current tokens.
func (c *Client) Tokens() Tokens {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tokens
}

// SetTokens sets tokens from an earlier run.
func (c *Client) SetTokens(t Tokens) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens = t
}

// Call is one request, for operations without a method.
type Call struct {
	Method, Path string
	Query        url.Values
	Body         any       // sent as JSON
	Raw          io.Reader // sent unchanged, with ContentType
	ContentType  string
	IfMatch      int64  // version of the record; 0 sends none
	Key          string // Idempotency-Key; generated when empty, except for GET
	NoKey        bool
	Out          any // pointer; filled from JSON, or *[]byte for a file
	NoToken      bool
}

// Do sends the request. It returns a *Problem for an error answer of the API.
func (c *Client) Do(ctx context.Context, call Call) error {
	body := []byte(nil)
	switch {
	case call.Body != nil:
		b, err := json.Marshal(call.Body)
		if err != nil {
			return err
		}
		body = b
		call.ContentType = "application/json"
	case call.Raw != nil:
		b, err := io.ReadAll(call.Raw)
		if err != nil {
			return err
		}
		body = b
	}
	if call.Method != http.MethodGet && !call.NoKey && call.Key == "" {
		call.Key = NewKey()
	}
	renewed := false
	for try := 0; ; try++ {
		err := c.once(ctx, call, body)
		p, isProblem := errors.AsType[*Problem](err)
		_, parked := errors.AsType[*ParkedError](err)
		switch {
		case err == nil || parked:
			return err
		case isProblem && (p.Code == "auth.token" || p.Code == "auth.session_ended" && c.machine() != nil) &&
			!renewed && !call.NoToken:
			renewed = true
			if rerr := c.renew(ctx); rerr != nil {
				return err
			}
			continue
		case isProblem && !p.Retryable, ctx.Err() != nil, try >= c.Retries, call.Method != http.MethodGet &&
			call.Key == "":
			return err
		}
		select {
		case <-time.After(time.Duration(100<<try) * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

func (c *Client) once(ctx context.Context, call Call, body []byte) error {
	u := c.base + call.Path
	if len(call.Query) > 0 {
		u += "?" + call.Query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, u, bytes.NewReader(body))
	if err != nil {
		return err
	}
	h := req.Header
	if call.ContentType != "" {
		h.Set("Content-Type", call.ContentType)
	}
	h.Set("Accept-Language", c.Language)
	if call.Key != "" {
		h.Set("Idempotency-Key", call.Key)
	}
	if call.IfMatch > 0 {
		h.Set("If-Match", `"`+strconv.FormatInt(call.IfMatch, 10)+`"`)
	}
	if c.Clock != nil {
		h.Set("Homecare-Demo-Clock", c.Clock().Format(time.RFC3339))
	}
	if t := c.Tokens().AccessToken; t != "" && !call.NoToken {
		h.Set("Authorization", "Bearer "+t)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 400 {
		p := &Problem{}
		if json.Unmarshal(b, p) != nil || p.Code == "" {
			return fmt.Errorf("%s %s: %s", call.Method, call.Path, res.Status)
		}
		return p
	}
	if err := parkedIn(res.StatusCode, b); err != nil {
		return err
	}
	switch out := call.Out.(type) {
	case nil:
		return nil
	case *[]byte:
		*out = b
		return nil
	default:
		if len(b) == 0 {
			return nil
		}
		return json.Unmarshal(b, out)
	}
}

// machine is the credential of a machine; nil for a person.
func (c *Client) machine() *Credentials {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.credentials
}

func (c *Client) renew(ctx context.Context) error {
	if m := c.machine(); m != nil {
		_, err := c.ClientCredentials(ctx, *m)
		return err
	}
	t := c.Tokens()
	if t.RefreshToken == "" {
		return errors.New("no refresh token")
	}
	_, err := c.Refresh(ctx, Refresh{RefreshToken: t.RefreshToken, DeviceID: t.DeviceID})
	return err
}

// NewKey returns a new Idempotency-Key. Store it with the data to send until
// the answer has arrived.
func NewKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// SignIn signs in and stores the tokens.
func (c *Client) SignIn(ctx context.Context, in SignIn) (Tokens, error) {
	return c.keep(ctx, "/v1/auth/login", in)
}

// Refresh renews the tokens and stores them.
func (c *Client) Refresh(ctx context.Context, in Refresh) (Tokens, error) {
	return c.keep(ctx, "/v1/auth/refresh", in)
}

func (c *Client) keep(ctx context.Context, path string, in any) (Tokens, error) {
	var t Tokens
	err := c.Do(ctx, Call{Method: http.MethodPost, Path: path, Body: in, Out: &t, NoKey: true, NoToken: true})
	if err == nil {
		c.SetTokens(t)
	}
	return t, err
}

// call is Do with an answer of type T.
func call[T any](ctx context.Context, c *Client, in Call) (T, error) {
	in.Out = new(T)
	err := c.Do(ctx, in)
	return *in.Out.(*T), err
}
