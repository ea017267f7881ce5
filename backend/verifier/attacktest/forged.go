package attacktest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"hash"
	"math/big"
	"slices"
	"strings"
)

const scalar = 32 // bytes of a number of P-256, and of Ed25519's S

// unsigned tokens say that they need no signature, in every spelling (RFC 8725, 3.1).
func (t Target) unsigned(all *list) {
	signature := base64url(string(sign(t.Key, joined(object(t.head()), object(t.Claims)))))
	for _, none := range []string{"none", "None", "NONE", "nOnE"} {
		input := joined(object(with(t.head(), "alg", none)), object(t.Claims))
		all.add(Algorithm, "alg "+none+", no signature", input+".")
		all.add(Algorithm, "alg "+none+", and a signature", input+"."+signature)
		all.add(Malformed, "alg "+none+", no third part", input)
	}
	for name, alg := range map[string]any{"missing": nil, "empty": "", "a number": 256, "a list": []string{t.Algorithm}, "unknown": "ES999",
		"in another case": strings.ToLower(t.Algorithm), "with a space": t.Algorithm + " "} {
		all.add(Algorithm, "alg "+name, t.headed(with(t.head(), "alg", alg)))
	}
}

// confused tokens have the public key taken for the secret of an HMAC, or for a key of another algorithm.
func (t Target) confused(all *list) {
	der := checked(x509.MarshalPKIXPublicKey(t.Key.Public()))
	block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	for name, secret := range map[string][]byte{"the PEM": block, "the PEM without its last line break": block[:len(block)-1], "the DER": der,
		"the JWK": []byte(object(t.jwk(t.Key, t.KID))), "the raw key": raw(t.Key.Public()), "the kid": []byte(t.KID), "nothing": {}} {
		all.add(Algorithm, "HS256 with "+name+" as its secret", t.hmac("HS256", sha256.New, secret, t.head()))
		all.add(Algorithm, "HS512 with "+name+" as its secret", t.hmac("HS512", sha512.New, secret, t.head()))
	}
	for _, other := range []string{"ES256", "ES384", "ES512", "ES256K", "EdDSA", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"} {
		if other != t.Algorithm {
			all.add(Algorithm, other+" by a key for "+t.Algorithm, t.headed(with(t.head(), "alg", other)))
		}
	}
}

func (t Target) hmac(algorithm string, hash func() hash.Hash, secret []byte, head map[string]any) string {
	input := joined(object(with(head, "alg", algorithm)), object(t.Claims))
	mac := hmac.New(hash, secret)
	mac.Write([]byte(input))
	return input + "." + base64url(string(mac.Sum(nil)))
}

// keys are names that lead a careless look-up astray.
func (t Target) keys(all *list) {
	for name, kid := range map[string]string{"a path": "../../../../dev/null", "a path of Windows": `..\..\NUL`, "a path beside it": "../" + t.KID, "a URL": t.Elsewhere + "/jwks.json",
		"SQL": "' OR '1'='1", "more SQL": "' UNION SELECT 'c2VjcmV0' -- ", "a command": "| touch /tmp/x", "a NUL": t.KID + "\x00", "a space": t.KID + " ", "a template": "{{.Key}}",
		"a prototype": "__proto__", "very long": strings.Repeat("k", 4000), "of nobody": "nobodys", "a line break": t.KID + "\n"} {
		head := with(t.head(), "kid", kid)
		all.add(Key, "kid "+name, t.headed(head))
		all.add(Algorithm, "kid "+name+", HS256 with nothing as its secret", t.hmac("HS256", sha256.New, nil, head))
	}
	for name, kid := range map[string]any{"missing": nil, "empty": "", "a number": 7, "a list": []string{t.KID}, "an object": map[string]any{"kid": t.KID}, "true": true} {
		all.add(Key, "kid "+name, t.headed(with(t.head(), "kid", kid)))
	}
}

// brought tokens bring the attacker's own key along, or say where it is (RFC 8725, 3.10).
func (t Target) brought(all *list) {
	theirs := t
	theirs.Key = stranger(t.Algorithm)
	all.add(Signature, "by a stranger's key", theirs.headed(t.head()))
	der := checked(x509.MarshalPKIXPublicKey(theirs.Key.Public()))
	for name, value := range map[string]any{"jwk": t.jwk(theirs.Key, t.KID), "jku": t.Elsewhere + "/jwks.json", "x5u": t.Elsewhere + "/cert.pem",
		"x5c": []string{base64.StdEncoding.EncodeToString(der)}, "x5t": "AAAA"} {
		head := with(t.head(), name, value)
		all.add(Signature, name+" of a stranger's key, under the issuer's kid", theirs.headed(head))
		all.add(Key, name+" of a stranger's key, under its own kid", theirs.headed(with(head, "kid", "theirs")))
		all.add(Key, name+" of a stranger's key, under no kid", theirs.headed(with(head, "kid", nil)))
	}
}

// signatures are all wrong ones.
func (t Target) signatures(all *list) {
	good := sign(t.Key, joined(object(t.head()), object(t.Claims)))
	changed := slices.Clone(good)
	changed[len(changed)/2] ^= 1
	for name, signature := range map[string][]byte{"none": {}, "of zeros": make([]byte, len(good)), "of ones": slices.Repeat([]byte{0xff}, len(good)), "of a changed bit": changed,
		"cut short": good[:len(good)-1], "cut in half": good[:len(good)/2], "of one byte": good[:1], "with a byte more": append(slices.Clone(good), 0), "with a byte before": append([]byte{0}, good...),
		"twice": slices.Repeat(good, 2), "of another token": sign(t.Key, joined(object(t.head()), object(with(t.Claims, "sub", "another")))),
		"of the claims alone": sign(t.Key, base64url(object(t.Claims))), "of what base64 hides": sign(t.Key, object(t.head())+"."+object(t.Claims)), "very long": make([]byte, 2048)} {
		all.add(Signature, "a signature "+name, t.forged(signature))
	}
	parts := strings.Split(Good(t), ".")
	other := strings.Split(t.claimed(with(t.Claims, "sub", "another")), ".")
	all.add(Signature, "the claims of another token", parts[0]+"."+other[1]+"."+parts[2])
	all.add(Signature, "a header that was added to", base64url(last(`"x":1`, object(t.head())))+"."+parts[1]+"."+parts[2])
	all.add(Signature, "claims that were added to", parts[0]+"."+base64url(last(`"roles":["admin"]`, object(with(t.Claims, "roles", nil))))+"."+parts[2])
	switch key := t.Key.Public().(type) {
	case *ecdsa.PublicKey:
		t.ofECDSA(all, good)
	case ed25519.PublicKey:
		t.ofEdDSA(all, good)
	case *rsa.PublicKey:
		t.ofRSA(all, good, key)
	}
}

// ofECDSA are signatures that a verifier of P-256 has been known to take (CVE-2022-21449 among them).
func (t Target) ofECDSA(all *list, good []byte) {
	n, zero, one := elliptic.P256().Params().N, new(big.Int), big.NewInt(1)
	r, s := new(big.Int).SetBytes(good[:scalar]), new(big.Int).SetBytes(good[scalar:])
	below := new(big.Int).Sub(n, one)
	for _, pair := range []struct {
		name string
		r, s *big.Int
	}{{"r = 0", zero, s}, {"s = 0", r, zero}, {"r = n", n, s}, {"s = n", r, n}, {"r = s = n", n, n}, {"r = s = 1", one, one}, {"r = 1, s = 0", one, zero}, {"r = 0, s = 1", zero, one},
		{"r = n - 1, s = 1", below, one}, {"r = s = n - 1", below, below}, {"r and s exchanged", s, r}} {
		all.add(Signature, "a signature with "+pair.name, t.forged(append(pair.r.FillBytes(make([]byte, scalar)), pair.s.FillBytes(make([]byte, scalar))...)))
	}
	all.add(Signature, "a signature in DER", t.forged(checked(asn1.Marshal(struct{ R, S *big.Int }{r, s}))))
	wide := append(r.FillBytes(make([]byte, scalar+1)), s.FillBytes(make([]byte, scalar+1))...)
	all.add(Signature, "a signature of wider numbers", t.forged(wide))
	beyond := append(new(big.Int).Add(r, n).FillBytes(make([]byte, scalar+1)), new(big.Int).Add(s, n).FillBytes(make([]byte, scalar+1))...)
	all.add(Signature, "a signature with r + n and s + n", t.forged(beyond))
}

// ofEdDSA is S that is not reduced: the same signature in another spelling (RFC 8032, 5.1.7).
func (t Target) ofEdDSA(all *list, good []byte) {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	reversed := slices.Clone(good[scalar:])
	slices.Reverse(reversed) // S is little-endian
	more := new(big.Int).Add(new(big.Int).SetBytes(reversed), order).FillBytes(make([]byte, scalar))
	slices.Reverse(more)
	all.add(Signature, "a signature with S + L", t.forged(append(slices.Clone(good[:scalar]), more...)))
	identity := make([]byte, 2*scalar)
	identity[0] = 1
	all.add(Signature, "a signature with R the identity and S = 0", t.forged(identity))
}

func (t Target) ofRSA(all *list, good []byte, key *rsa.PublicKey) {
	input := joined(object(t.head()), object(t.Claims))
	sum := sha256.Sum256([]byte(input))
	all.add(Signature, "a signature with the padding of PS256", t.forged(checked(t.Key.Sign(rand.Reader, sum[:], &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA256}))))
	long := sha512.Sum512([]byte(input))
	all.add(Signature, "a signature of RS512", t.forged(checked(t.Key.Sign(rand.Reader, long[:], crypto.SHA512))))
	all.add(Signature, "a signature that is n", t.forged(key.N.Bytes()))
	beyond := new(big.Int).Add(new(big.Int).SetBytes(good), key.N)
	all.add(Signature, "a signature that is not reduced", t.forged(beyond.Bytes()))
	one := make([]byte, len(good))
	one[len(one)-1] = 1
	all.add(Signature, "a signature of 1", t.forged(one))
}

// stranger makes a key of the same kind.
func stranger(algorithm string) crypto.Signer {
	switch algorithm {
	case "ES256":
		return checked(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	case "RS256":
		return checked(rsa.GenerateKey(rand.Reader, 2048))
	case "EdDSA":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return checked(key, err)
	}
	panic(fmt.Sprintf("attacktest: no algorithm %q", algorithm))
}

// raw is a public key as its own standard writes it.
func raw(public crypto.PublicKey) []byte {
	switch key := public.(type) {
	case *ecdsa.PublicKey:
		return checked(key.Bytes())
	case ed25519.PublicKey:
		return key
	case *rsa.PublicKey:
		return key.N.Bytes()
	}
	panic(fmt.Sprintf("attacktest: no key of type %T", public))
}

func (t Target) jwk(key crypto.Signer, kid string) map[string]any {
	made := map[string]any{"kid": kid, "alg": t.Algorithm, "use": "sig"}
	encode := base64.RawURLEncoding.EncodeToString
	switch public := key.Public().(type) {
	case *ecdsa.PublicKey:
		point := raw(public)
		made["kty"], made["crv"], made["x"], made["y"] = "EC", "P-256", encode(point[1:1+scalar]), encode(point[1+scalar:])
	case ed25519.PublicKey:
		made["kty"], made["crv"], made["x"] = "OKP", "Ed25519", encode(public)
	case *rsa.PublicKey:
		made["kty"], made["n"], made["e"] = "RSA", encode(public.N.Bytes()), encode(big.NewInt(int64(public.E)).Bytes())
	}
	return made
}

// fixed turns a signature in DER into one of two numbers of fixed width (RFC 7518, 3.4).
func fixed(der []byte) []byte {
	var pair struct{ R, S *big.Int }
	checked(asn1.Unmarshal(der, &pair))
	return append(pair.R.FillBytes(make([]byte, scalar)), pair.S.FillBytes(make([]byte, scalar))...)
}
