package attacktest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// heads are headers that the issuer would never write, and signed all the same.
func (t Target) heads(all *list) {
	for name, kind := range map[string]any{"missing": nil, "empty": "", "JWT": "JWT", "of a logout": "logout+jwt", "of a proof": "dpop+jwt", "of a security event": "secevent+jwt", "of an ID token": "id+jwt",
		"with a space": "at+jwt ", "of another family": "text/at+jwt", "a number": 1, "a list": []string{"at+jwt"}, "with a parameter": "at+jwt; v=1"} {
		all.add(Type, "typ "+name, t.headed(with(t.head(), "typ", kind)))
	}
	for name, critical := range map[string]any{"of b64": []string{"b64"}, "empty": []string{}, "of what is there": []string{"alg", "kid"}, "a text": "exp", "of what is unknown": []string{"http://example.com/x"}} {
		all.add(Malformed, "crit "+name, t.headed(with(t.head(), "crit", critical)))
	}
	plain := with(with(t.head(), "b64", false), "crit", []string{"b64"})
	input := base64url(object(plain)) + "." + object(t.Claims)
	all.add(Malformed, "b64 false, and the payload as it is", input+"."+base64url(string(sign(t.Key, input))))
	all.add(Malformed, "b64 false, and the payload in base64", t.headed(plain))
	all.add(Malformed, "b64 false, and not critical", t.headed(with(t.head(), "b64", false)))
	good := object(t.Claims)
	for name, head := range map[string]string{"a list": "[" + object(t.head()) + "]", "null": "null", "a text": `"at+jwt"`, "no JSON": "{", "two objects": object(t.head()) + object(t.head()),
		"no Unicode": first("\"x\":\"\xff\"", object(t.head())), "half a character": first(`"x":"\ud800"`, object(t.head())), "very deep": first(`"x":`+strings.Repeat("[", 2000)+strings.Repeat("]", 2000), object(t.head())),
		"in UTF-8 with a mark": "\ufeff" + object(t.head())} {
		all.add(Malformed, "a header that is "+name, t.signed(head, good))
	}
}

// twice are names that come twice, of which two readers may take either (RFC 7515, 4; RFC 7519, 4).
func (t Target) twice(all *list) {
	head, claims := object(t.head()), object(t.Claims)
	for _, member := range []string{`"alg":"none"`, fmt.Sprintf(`"alg":%q`, t.Algorithm), `"kid":"theirs"`, `"typ":"JWT"`, `"a\u006cg":"none"`, `"\u006b\u0069\u0064":"theirs"`} {
		all.add(Malformed, "a second "+member+" first", t.signed(first(member, head), claims))
		all.add(Malformed, "a second "+member+" last", t.signed(last(member, head), claims))
	}
	other, own := `"aud":`+object(t.OtherAudience), `"aud":`+object(t.Audience)
	for _, member := range []string{other, own, strings.Replace(other, "aud", `a\u0075d`, 1), strings.Replace(own, "aud", `\u0061\u0075\u0064`, 1), `"sub":"another"`, `"exp":9999999999`, `"iss":"https://evil.example"`} {
		all.add(Malformed, "a second "+member+" first", t.signed(head, first(member, claims)))
		all.add(Malformed, "a second "+member+" last", t.signed(head, last(member, claims)))
	}
	all.add(Malformed, "a name that comes twice further in", t.signed(head, last(`"x":{"y":[{"z":1,"z":2}]}`, claims)))
	elsewhere := object(with(t.Claims, "aud", t.OtherAudience))
	all.add(Audience, "AUD for this door, aud for another", t.signed(head, last(`"AUD":`+object(t.Audience), elsewhere)))
	nobodys := object(with(t.Claims, "aud", nil))
	all.add(Audience, "AUD in place of aud", t.signed(head, last(`"AUD":`+object(t.Audience), nobodys)))
	all.add(Audience, "a\\u0075d for another door", t.signed(head, last(`"a\u0075d":`+object(t.OtherAudience), nobodys)))
}

// claims are another's, or nobody's.
func (t Target) claims(all *list) {
	for name, issuer := range map[string]any{"missing": nil, "empty": "", "with a slash at its end": t.Issuer + "/", "another": "https://evil.example", "longer": t.Issuer + ".evil.example", "in capitals": strings.ToUpper(t.Issuer),
		"with a path": t.Issuer + "/x", "with a space": " " + t.Issuer, "with a user": strings.Replace(t.Issuer, "://", "://x@", 1), "its own address": t.Issuer + "/.well-known/jwks.json"} {
		all.add(Issuer, "iss "+name, t.claimed(with(t.Claims, "iss", issuer)))
	}
	for name, audience := range map[string]any{"missing": nil, "empty": "", "of another door": t.OtherAudience, "of others": []string{t.OtherAudience, t.Audience + "x"}, "of nobody": []string{}, "in capitals": strings.ToUpper(t.Audience) + "X",
		"longer": t.Audience + " ", "a list in a text": `["` + t.Audience + `"]`, "two in a text": t.OtherAudience + " " + t.Audience} {
		all.add(Audience, "aud "+name, t.claimed(with(t.Claims, "aud", audience)))
	}
	for name, audience := range map[string]any{"a number": 7, "an object": map[string]any{t.Audience: true}, "a list of more than texts": []any{t.Audience, 7}, "a list in a list": []any{[]string{t.Audience}}, "true": true} {
		all.add(Malformed, "aud "+name, t.claimed(with(t.Claims, "aud", audience)))
	}
	for _, claim := range []string{"sub", "jti", "client_id", "iat", "exp"} {
		all.add(Claims, claim+" missing", t.claimed(with(t.Claims, claim, nil)))
		all.add(Malformed, claim+" null", t.claimed(with(t.Claims, claim, json.RawMessage("null"))))
		all.add(Malformed, claim+" a list", t.claimed(with(t.Claims, claim, []any{t.Claims[claim]})))
	}
	for _, claim := range []string{"sub", "jti", "client_id"} {
		all.add(Claims, claim+" empty", t.claimed(with(t.Claims, claim, "")))
		all.add(Malformed, claim+" a number", t.claimed(with(t.Claims, claim, 7)))
	}
	all.add(Malformed, "roles a text", t.claimed(with(t.Claims, "roles", "admin")))
	for name, claims := range map[string]string{"a list": "[" + object(t.Claims) + "]", "null": "null", "a text": object(object(t.Claims)), "empty": "", "two objects": object(t.Claims) + object(t.Claims), "cut short": object(t.Claims)[:9],
		"a token": Good(t), "in UTF-8 with a mark": "\ufeff" + object(t.Claims), "with a comment": "{/**/" + object(t.Claims)[1:], "very deep": first(`"x":`+strings.Repeat("[", 1500)+strings.Repeat("]", 1500), object(t.Claims))} {
		all.add(Malformed, "claims that are "+name, t.signed(object(t.head()), claims))
	}
}

// times are past, to come, and no times at all.
func (t Target) times(all *list) {
	now := t.Now.Unix()
	all.add(Time, "expired", t.claimed(with(with(t.Claims, "iat", now-7200), "exp", now-3600)))
	all.add(Time, "expired long ago", t.claimed(with(t.Claims, "exp", 1)))
	all.add(Time, "issued in the future", t.claimed(with(with(t.Claims, "iat", now+3600), "exp", now+7200)))
	all.add(Time, "not valid yet", t.claimed(with(t.Claims, "nbf", now+3600)))
	for name, number := range map[string]string{"-1": "-1", "the least there is": "-9223372036854775808"} {
		for _, claim := range []string{"exp", "iat", "nbf"} {
			all.add(Time, claim+" "+name, t.claimed(with(t.Claims, claim, json.RawMessage(number))))
		}
	}
	for _, claim := range []string{"iat", "nbf"} {
		all.add(Time, claim+" the most there is", t.claimed(with(t.Claims, claim, json.RawMessage("9223372036854775807"))))
	}
	for name, number := range map[string]string{"a text": fmt.Sprintf("%q", fmt.Sprint(now)), "too much for 64 bits": "9223372036854775808", "huge": "1e400", "huge and negative": "-1e400", "with an exponent": "9.9e9", "a fraction": fmt.Sprint(now) + ".5",
		"true": "true", "a text of no number": `"tomorrow"`, "a date": `"` + t.Now.UTC().Format("2006-01-02T15:04:05Z") + `"`} {
		for _, claim := range []string{"exp", "iat", "nbf"} {
			all.add(Malformed, claim+" "+name, t.claimed(with(t.Claims, claim, json.RawMessage(number))))
		}
	}
}

// texts are no Unicode, which a reader may take for another text that is.
func (t Target) texts(all *list) {
	head, rest := object(t.head()), object(with(t.Claims, "sub", nil))
	for name, text := range map[string]string{"a byte of no character": "ada\xff", "a character cut short": "ada\xc3", "a surrogate": "ada\xed\xa0\x80", "too many bytes for a dot": "ada\xc0\xae", "half an escape": `ada\ud800`, "halves in the wrong order": `ada\ude00\ud83d`} {
		all.add(Malformed, "sub with "+name, t.signed(head, first(`"sub":"`+text+`"`, rest)))
	}
	all.add(Malformed, "sub with a bare line break", t.signed(head, first("\"sub\":\"a\nda\"", rest)))
}

// forms are a good token in other spellings, and things that are no token of this form.
func (t Target) forms(all *list) {
	good := Good(t)
	parts := strings.Split(good, ".")
	for name, token := range map[string]string{"a part more": good + ".", "two parts more, as if encrypted": good + ".x.y", "five empty parts": "....", "no parts": "..", "two parts": parts[0] + "." + parts[1], "one part": parts[0],
		"an empty header": "." + parts[1] + "." + parts[2], "no header": parts[1] + "." + parts[2], "text": "x", "a null": "null", "true": "true",
		"padding": parts[0] + "." + parts[1] + "." + parts[2] + "==", "padding inside": parts[0] + "=." + parts[1] + "." + parts[2], "a space before": " " + good, "a space after": good + " ", "a space inside": parts[0] + " ." + parts[1] + "." + parts[2],
		"a tab inside": parts[0] + "." + parts[1] + "\t." + parts[2], "a line break after": good + "\n", "a line break inside": parts[0] + ".\r\n" + parts[1] + "." + parts[2], "a line break in a part": good[:20] + "\n" + good[20:], "a NUL after": good + "\x00",
		"escapes of URLs": strings.ReplaceAll(good, ".", "%2E"), "a comma and again": good + "," + good, "a space and again": good + " " + good, "quotes": `"` + good + `"`, "no ASCII": parts[0] + ".é." + parts[2], "the alphabet of base64": parts[0] + "." + parts[1] + ".+/" + parts[2][2:],
		"the name of the scheme again": "Bearer " + good, "JSON": object(map[string]any{"protected": parts[0], "payload": parts[1], "signature": parts[2]}),
		"JSON, general": object(map[string]any{"payload": parts[1], "signatures": []any{map[string]any{"protected": parts[0], "signature": parts[2]}}}), "a header of another": parts[0][:8] + "." + parts[1] + "." + parts[2]} {
		all.add(Malformed, "a token with "+name, token)
	}
	all.add(Signature, "a token with the header alone", parts[0]+"..")
	all.add(Algorithm, "a token with parts in another order", parts[1]+"."+parts[0]+"."+parts[2])
	if other, is := leftOver(good); is {
		all.add(Malformed, "a token with other bits left over", other)
	}
	all.add(Malformed, "a token of a megabyte", t.claimed(with(t.Claims, "padding", strings.Repeat("x", 1<<20))))
	all.add(Malformed, "a megabyte of dots", strings.Repeat(".", 1<<20))
}

// leftOver spells the last character in another way, where its last bits don't count (RFC 4648, 3.5).
func leftOver(token string) (string, bool) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	if signature := token[strings.LastIndexByte(token, '.')+1:]; len(signature)%4 == 0 {
		return "", false
	}
	at := strings.IndexByte(alphabet, token[len(token)-1])
	return token[:len(token)-1] + alphabet[at+1:at+2], true
}
