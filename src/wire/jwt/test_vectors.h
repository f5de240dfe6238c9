#pragma once
/// \file
/// Keys and tokens made by tools/vectors/jwt_tokens.py with PyJWT and cryptography. The keys guard nothing.

#include <string_view>

namespace switchyard::jwt::vectors {

// clang-format off
inline constexpr std::string_view kClaims =
    "{\"iss\":\"svc@project.iam.gserviceaccount.com\",\"scope\":\"https://www.googleapis.com/auth/cloud-platform\",\"aud\":\"https://oauth2.googleapis.com/token\",\"iat\":1700000000,\"exp\":1700003600}";
inline constexpr std::string_view kPkcs8 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQDNA9611xfn6mbu\n"
    "0hIfeOlPNeOCokrwcXzDePH7wKdnrLUiT6k0EnbWz1fBACcN8rw0Fg5ZeLXeXkTz\n"
    "Kv4ip/YEvZbNjgmJ5JtOvM3T39jPLehTEe6PI/62FyWiA7owYG18rCjLr+OHcHDC\n"
    "SrXwx2Aj0FP0EVMIo6qHjF8ocTVr6xsf+HEd6j3gbet3DYit1HicU5ta5hTp4IJb\n"
    "rZ+fSwVYxzrVZER9zi2aEXroV/twT3hmBEr/u/mrqTgEf5u/yevWs7LNKI+3xGbx\n"
    "avZ/Krgndiwx9b/nXi20ZvZnhUA8+K9WFC7MzQyb6QS1TgdFdMDNuaMJNgo/Fv1D\n"
    "HYvdekdlAgMBAAECggEAAUBUy6dUbgXwOuTtV2PViLY7fUCgVHdc25SRZYf3fZqA\n"
    "QIVb8wVp1EXPs03c7yjcHTVFQSaLdZ/9q75Hbs63oa/Gi9qiFEVg7UoZt4FWQW12\n"
    "TYt+eUEu/M2HXUXIjSMJiAlE9nlMWjdFeOob0ixlWdKbsJGqgBL/p3Qj4ItQWChE\n"
    "Zi9PXtz6z2T/aMfjVG75JWwkYOlZ9I6Jo98etQjUsioHjlwGPlss9NgePxa+4Lf0\n"
    "nFM6FTFCG1f1GqqCQ8bgqrUyozeTbSdHCLrSkAEqc6DBO0LWGCBrl6RYbi1RoSoP\n"
    "xRaw0sRLJ39znjX5k2o1Kt2nC2SCWCxYhJFZMENuAQKBgQDmfR2Oymx/NonLY9VT\n"
    "K0q8jEiRdIsDMtzs9a5pb8yr8fRjSwh6Wu10/G1Mh7lWqJGHhjJmVPGSMOUfIxit\n"
    "CqrZbk9yD7CMi8mzbngjsPPVehoYDjlmJSmK8V0hVTKw9TBRO/h+bv+b3eJv8e7z\n"
    "fkfH1oPu9iJswas/pEHr630hiQKBgQDjtPYMdIwIqgOcYHgjYlgVaNGQ587+ktvH\n"
    "Dnhw93gfKjMFXxtnVStmrt+kpRrTNAI10JBaKKcDQR/4ez/vzf2CCHpujfjhbM8P\n"
    "qrhleeiDcvzPAmmQLq0iuNaWBGcp2eZ9XadD6eNAPFugf8q72Tv1t/cKchUQQNGy\n"
    "y75XO9VL/QKBgQCg9m9V8PekP6oraCTqWClxU2a6bfFG4pZ2xXxwFauRyP8q+JOL\n"
    "H0UFleOetoowgrhfNNCttlSeC5d3D0OEVRbLkcXZmitpe5X4wQUVp9YhF4xxkD11\n"
    "oC5K4hRv2tfzzMdZc9AuO8Y2S9Z+5y5AzcfDP4QTtcCEwxuc7lE7ONHCQQKBgQCv\n"
    "zhyV+znOyqzlBFpdP2WwifAbR846INrMsjBtT7OPpD4mLIr02f4bVnLXJJ40aJg4\n"
    "QmHhKjfgPFzZtRblKA5NYgxc5QI90YuAlheuSVQqgRINJdio+FC2WS1cP+QCnPjm\n"
    "2/LzbVYGV1OK9H9rT0qK6VEz4GbA2LrOp526rjh9ZQKBgQC+fUWbwGwv/zjEyod5\n"
    "Rz2r3SdARzyWYJ7xfqJXIo5ldzijsyRtyM8lBOl4dChh373YRfl3QkzkcgNGrB28\n"
    "cEa3+aaoSY7lNLoKt50+sBmFzKvkf3k8T7mkhWH5+ryCEj/1rDMb5vyXQZ7Ww45o\n"
    "BCC83MwjvWRcD/lzcJPBUK1sqQ==\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr std::string_view kPkcs1 =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIIEpQIBAAKCAQEAzQPetdcX5+pm7tISH3jpTzXjgqJK8HF8w3jx+8CnZ6y1Ik+p\n"
    "NBJ21s9XwQAnDfK8NBYOWXi13l5E8yr+Iqf2BL2WzY4JieSbTrzN09/Yzy3oUxHu\n"
    "jyP+thclogO6MGBtfKwoy6/jh3Bwwkq18MdgI9BT9BFTCKOqh4xfKHE1a+sbH/hx\n"
    "Heo94G3rdw2IrdR4nFObWuYU6eCCW62fn0sFWMc61WREfc4tmhF66Ff7cE94ZgRK\n"
    "/7v5q6k4BH+bv8nr1rOyzSiPt8Rm8Wr2fyq4J3YsMfW/514ttGb2Z4VAPPivVhQu\n"
    "zM0Mm+kEtU4HRXTAzbmjCTYKPxb9Qx2L3XpHZQIDAQABAoIBAAFAVMunVG4F8Drk\n"
    "7Vdj1Yi2O31AoFR3XNuUkWWH932agECFW/MFadRFz7NN3O8o3B01RUEmi3Wf/au+\n"
    "R27Ot6GvxovaohRFYO1KGbeBVkFtdk2LfnlBLvzNh11FyI0jCYgJRPZ5TFo3RXjq\n"
    "G9IsZVnSm7CRqoAS/6d0I+CLUFgoRGYvT17c+s9k/2jH41Ru+SVsJGDpWfSOiaPf\n"
    "HrUI1LIqB45cBj5bLPTYHj8WvuC39JxTOhUxQhtX9RqqgkPG4Kq1MqM3k20nRwi6\n"
    "0pABKnOgwTtC1hgga5ekWG4tUaEqD8UWsNLESyd/c541+ZNqNSrdpwtkglgsWISR\n"
    "WTBDbgECgYEA5n0djspsfzaJy2PVUytKvIxIkXSLAzLc7PWuaW/Mq/H0Y0sIelrt\n"
    "dPxtTIe5VqiRh4YyZlTxkjDlHyMYrQqq2W5Pcg+wjIvJs254I7Dz1XoaGA45ZiUp\n"
    "ivFdIVUysPUwUTv4fm7/m93ib/Hu835Hx9aD7vYibMGrP6RB6+t9IYkCgYEA47T2\n"
    "DHSMCKoDnGB4I2JYFWjRkOfO/pLbxw54cPd4HyozBV8bZ1UrZq7fpKUa0zQCNdCQ\n"
    "WiinA0Ef+Hs/7839ggh6bo344WzPD6q4ZXnog3L8zwJpkC6tIrjWlgRnKdnmfV2n\n"
    "Q+njQDxboH/Ku9k79bf3CnIVEEDRssu+VzvVS/0CgYEAoPZvVfD3pD+qK2gk6lgp\n"
    "cVNmum3xRuKWdsV8cBWrkcj/KviTix9FBZXjnraKMIK4XzTQrbZUnguXdw9DhFUW\n"
    "y5HF2ZoraXuV+MEFFafWIReMcZA9daAuSuIUb9rX88zHWXPQLjvGNkvWfucuQM3H\n"
    "wz+EE7XAhMMbnO5ROzjRwkECgYEAr84clfs5zsqs5QRaXT9lsInwG0fOOiDazLIw\n"
    "bU+zj6Q+JiyK9Nn+G1Zy1ySeNGiYOEJh4So34Dxc2bUW5SgOTWIMXOUCPdGLgJYX\n"
    "rklUKoESDSXYqPhQtlktXD/kApz45tvy821WBldTivR/a09KiulRM+BmwNi6zqed\n"
    "uq44fWUCgYEAvn1Fm8BsL/84xMqHeUc9q90nQEc8lmCe8X6iVyKOZXc4o7MkbcjP\n"
    "JQTpeHQoYd+92EX5d0JM5HIDRqwdvHBGt/mmqEmO5TS6CredPrAZhcyr5H95PE+5\n"
    "pIVh+fq8ghI/9awzG+b8l0Ge1sOOaAQgvNzMI71kXA/5c3CTwVCtbKk=\n"
    "-----END RSA PRIVATE KEY-----\n";
inline constexpr std::string_view kPublic =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzQPetdcX5+pm7tISH3jp\n"
    "TzXjgqJK8HF8w3jx+8CnZ6y1Ik+pNBJ21s9XwQAnDfK8NBYOWXi13l5E8yr+Iqf2\n"
    "BL2WzY4JieSbTrzN09/Yzy3oUxHujyP+thclogO6MGBtfKwoy6/jh3Bwwkq18Mdg\n"
    "I9BT9BFTCKOqh4xfKHE1a+sbH/hxHeo94G3rdw2IrdR4nFObWuYU6eCCW62fn0sF\n"
    "WMc61WREfc4tmhF66Ff7cE94ZgRK/7v5q6k4BH+bv8nr1rOyzSiPt8Rm8Wr2fyq4\n"
    "J3YsMfW/514ttGb2Z4VAPPivVhQuzM0Mm+kEtU4HRXTAzbmjCTYKPxb9Qx2L3XpH\n"
    "ZQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
inline constexpr std::string_view kOtherPublic =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArP/Tfn6uDEsAD1fVa0Tw\n"
    "1W/gL4N4c7Wa8x7yOAnVk8hipEqMptwR/SWX4JmSSCAPvzenwP52OMQCM3vRDMWR\n"
    "AL1KY8PqzEbuY+wxUj5L4D5zN9hothecn1sPDjqPhtWGTN/0oy8SqeGfmRjmBQ/M\n"
    "HcEGJPiwj/oh6uoQZbPXI5RZUITQ7g+fWwhEYojiMv4/QX/GiZFPy5lhA/0SFXES\n"
    "DR+hRXarcPW9BBPv+UsVzTLZLohJq2VTCgiMfsQRhuPej032Fbb9gVk/1lKwM9W8\n"
    "p6zsAOiBrRUHFjLD1SuSINoe1z1cPnsS7tla+zLhnAThb9RzKU6dB8rG8goHwCbD\n"
    "lQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
inline constexpr std::string_view kEncrypted =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIIFNTBfBgkqhkiG9w0BBQ0wUjAxBgkqhkiG9w0BBQwwJAQQiKELFQgzfG0RSH87\n"
    "EEUgcwICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEELzbOyWLcry1nsRy\n"
    "HQjgn/kEggTQJ5eBNmCYGFn8iV4XR3s7ae2S2uRzHudpmMk2bwD5Tuj3uvwzPl2c\n"
    "euvO9TYo2UyvidgvwL9aFrCGSjm92hYla853weWIrjD7tBW+CY4Kx/xqHOLWaThU\n"
    "sMmaPDxk4KW6+USJ7mU7lYFoxgvYdeZTfj/U0oeZ2xgti2XkBbLPUfvbZ5aC8NM3\n"
    "vfBktnVibFDdZ45f9ZtwEAHz4EFDbaTYza+9jUvW9+Ilalg/kqJyC0ol49I7tpnj\n"
    "PiSdLueQjpdnVFFH1roV2xNtaF1RK5EcCj0ZlMpLUFopXVIG2Vud1tEl/aUqL5Xx\n"
    "RKphui9Oj40GnDMIEv62ERS7gHFk9fHfdvntwsKsBJy7QgqsQHDX5FQJt1izP5fp\n"
    "jyC0tgN+VfwApKh2KPmBJrrZTLCYPnDb6dGAss7wTsvFlg2dJ0Vw13BZQKXBvk4A\n"
    "w1Vuw4pmcsvpKFu5ux/uvDoVnHj8Njn3roFyopt5tHwcwLhLJaDIwTfqwchp2A/v\n"
    "FiYu2JQoIySWY0DQ22ZBkk1cCKbKZPpQJdUR6gQqYeo9tQoX12GUdz3wzKEoU5RR\n"
    "U0SpGL3Z/dPRtt8gbCu8gUO0n+N5f5M/vYybTjBnGFHFGgmCYtgoQ63zldFre7k2\n"
    "IslcYe4U08s42whzUu0dzx/+PhxtN/g/2oho0pl/9+V/AMlfYN49nUBStLlRj/2A\n"
    "LsisRYvrrNP+6dDiXx9MfnJ55Ig/JGvc+4H4qwUpxw576qk1pPmMXedE2zPlNw8u\n"
    "EpWjnRSYB5BD68XNVdJdvzybcWtUdRFQVI5F41LdcYTppPbZ25QsmwAfPo5ERFtc\n"
    "qpcxO5VupFPQ6Cwm2bZA61NdXll/mLHsE178wmBr//CVnZ/E1c2KAWcdRvzTlnn7\n"
    "GFZFcLeF2Dmp2oC/Fi+kLGyAoJ2mFXxuPXsITFBWBANsVTHA4TTnGU3wYkaLy0Q6\n"
    "hENYcMP0c/xKhJjcfOwFyc04DWBwgoooCfr9mKpSzkvQ7Tl4zYwbN1BzMXEv/u7e\n"
    "xZ4HPk23UYmteWfPUa5g/xt+CETtaJ8FV5WkPyatkeTlbKGa3QuGZCKt+dDCNpo7\n"
    "6aEaDCMqdx1DoLKbGwtIR0SCdKTk4sDjBxOIZKTl0JmYm4ImoQpzSpgNTMT/2uI4\n"
    "0HzREayPtvmEmk1jspolCzKPRBCYnF2JEoKV9upre/8wfQZKNmn3GT1mAWjkKxM5\n"
    "3R0IuAIb3heJQ1QR9tvyZ+bs4FbAnGJ10HB68tcBgYrrrlSEgY+xsktLMtoLoW5h\n"
    "C2e/BBMVpftIQT8WvpDYbzN3jWd+VxzhUJTnkvHdS8mkCwwqh/ySltNRwLj5YuWK\n"
    "0d7k6JVDJeCHubbJ2QblUWUMVAELDzOyePGSMLd7peEt93MQzCdPx5wxJzOfiZFc\n"
    "lGaUgli8fQzeq8yBijzszCMDieKtOtM0bwamy/SXwL9l1PNzNQsJUPbG9NYGmPTG\n"
    "XqkD5Jd1kFyA/PRxCwRT8Q41L42/hqXJ+luEPF9Ku813erhzZg4WtYNCE6YC3mOm\n"
    "nvWFZkLDgcWDTScN8qa4CkvErehr30ux23QpiIA++POKrW4Ai0jG79jXyF3RtPwI\n"
    "V6Cs+ST1n5+n7SRSVi1sgw5M0DA2Xuf+TUk6P4rFcv5oMjShc+OVywY=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";
inline constexpr std::string_view kSmall =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAKAPRaPFYue6MUYv\n"
    "7Dm2jhVSPsdByTF++6hmrPFdv8RLPF5r8FghS1FBrxUTRqflVBlDBJhQFdVnmluT\n"
    "s6o0CQWuxPYhyf3bxFGHVaBd4cFP7tdxGXoyhRuhhkpnOE85Af2sKRV/qwYP+Wkm\n"
    "5YfTo5nTT2CvsjzGsXiEHPM/p1A5AgMBAAECgYB4jQgWYQQtI78Y7d8tWKGKzXca\n"
    "/CFcdhd0rmBzKfjVDxVYyFMtDWZ8vMvxQ6NjsQW2QROk5CyNnopTjtsyxh5ESHCW\n"
    "yHuRZ94HyiJRFnfw1FvCGwKzQ7sFWBVecn2AyvZK3cSZcCsi/EYBTEoDPS36afa/\n"
    "g3l2Gf3w0A+3Ax12QQJBAM66lkS1fN2jbeKX8ErVZijI5E3Xl/xY5PB6MWdnvjYt\n"
    "EVbtu/hTKGZt0boPNqlk0yH6HwJv+uxecbMoBCn9TZcCQQDGNTKCHpOQGNd8W/Wm\n"
    "oHD/FeaSgvNbBpNd1/NzWM5fvCoM9QbFTqN0DuHD6OhSPH8Js/kY7FIusjvvaJMK\n"
    "76qvAkEAxHOt7zdkpJ71ApsOn56xiVp3Er4pUYYMcbY9Ep4UtRkY3DnpIe+secIs\n"
    "xppEgK8usKAnLcLKeiq58924L0rmmwJAR3gBGVgLH0dF0+qYvhdWBzSPaj7bnvPV\n"
    "CV6Hwwy/hVek1f04DscXOw7uqyR9OMHlkMsbQ7havcm4wM+1TZkzswJBAKXSj9n5\n"
    "fydV9xabkTFdoUqcRntHwhW8dtB3NTCV0NCVb5cNPI1ZKhma/VqEGm1F2ckxzCt8\n"
    "l12W0lp5WMY3HMY=\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr std::string_view kElliptic =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwMulKAIQ8DEClNaX\n"
    "eNQ2z/+JufamUS4s15s5Q3OpHz+hRANCAAQ+nzf7/fTo1z2NNs2rFgbTpD0sBKZu\n"
    "/B0gCxf2TWfJj9dk+gb6iCirZxqnmi9WX34ED9KrnQlNaGpZeKG6F+UY\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr std::string_view kToken =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdmNAcHJvamVjdC5pYW0uZ3NlcnZpY2VhY2NvdW50LmNvbSIsInNjb3BlIjoiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9jbG91ZC1wbGF0Zm9ybSIsImF1ZCI6Imh0dHBzOi8vb2F1dGgyLmdvb2dsZWFwaXMuY29tL3Rva2VuIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDB9.RhSWuh7JcYSsucPiQAAiRSTUib3s2C_qm8HbQinCYnTEFQmPb-LxaZWp-bGatYtEpTsyg52i8Mm9BaWcXlrR4hErBHRN3u15lqu-y61GduU0cKFmInZWDu_bf5XlE_d-sUWo5bS3G2goaTLWA9IV0GTEopxJJgO3_HveW0p7395d9Qgis4WMHO8fwwpTfpvNPH84JAu9eAwIIbtrW8crnuxW8m54pkS2sy2Cof9OMxgkzo6EIAiuQWEL1zlyYvQMx-hJpB2vl4UxaW9FP6kwe8HaYVmDMHmv0S1Gjw__4U5yPJvslzUyYW54_lwW8rEaEJ2Z7Y3V6HG-FfxsQp4ZZA";
inline constexpr std::string_view kTokenWithKeyId =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleS0xIiwidHlwIjoiSldUIn0.eyJpc3MiOiJzdmNAcHJvamVjdC5pYW0uZ3NlcnZpY2VhY2NvdW50LmNvbSIsInNjb3BlIjoiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9jbG91ZC1wbGF0Zm9ybSIsImF1ZCI6Imh0dHBzOi8vb2F1dGgyLmdvb2dsZWFwaXMuY29tL3Rva2VuIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDB9.Nw1PEGsHUPF4GKsRoPy09ogMNQDQlMrwSxdZcLxpAO3UMJx7N_QXFerst8gFawe-LKn3_GAAh8WwrY1I5SDEX3BYWSBJVIJlhcbA1po9b6QIgGuFP9ubGvEoT-WjtK6Rsbrjkg7EJBdBTeAzE2mZ60l2IWaheWSdC6nlP3Kb6cs2d8kI7rMnYbQ_JJFePspB1ciEIb6vz8ZtTAesqQ_Aio6d4X7U6EKecCjwB_I5FglfffnxfixFr6V6h9Pa6_BGX-aEhGlz6TdF980cdhh7jtj_ivVsAszT-vl0hNJ8m-Veo1ssiBVa5iu-k6bRlu15SIO1oW8tshG7fXVhHwHyug";
inline constexpr std::string_view kTokenWithoutExp =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJ4In0.D7vMqMal8m0iO1DZZd4L44WHoAuf7TDLLLKjtPdBVL6MaI95FwxVdt-I7m7YIB6fOAmcKW59tbwI_A7QFlXu65gpIC3_-VQhMFPzFc5kIbV10pGAV8JbCLlMFvAqohs0Uz2eZX-DfiaehV6Je8_Ysx4VytMN-YdEJbj1guKIduK41Uge050Ge6urc_Pig9lckSKkehOuos231t6g7c1mj-w7Zf9eNlasKb18_EmrIVLNl7EA28mz50eHXLE3tE0vuWwLoAWDYUKIoI-35mCRKx_zZ80G7-FcxJ0yGvy898tCMZoiE3PPV7xOKscXoDIRgOpgXHVAjLykbmKCg980QQ";
inline constexpr std::string_view kTokenWithNbf =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdmNAcHJvamVjdC5pYW0uZ3NlcnZpY2VhY2NvdW50LmNvbSIsInNjb3BlIjoiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9jbG91ZC1wbGF0Zm9ybSIsImF1ZCI6Imh0dHBzOi8vb2F1dGgyLmdvb2dsZWFwaXMuY29tL3Rva2VuIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDAsIm5iZiI6MTcwMDAwMDEwMH0.aOjdUVwmIwa4kq9MtdQLMITVX5oamRp9PchDJYiFGoWR853ToLvCZexl-x4Ij_Vx9mjWCLKmcraLihecZrkdwEjGelAmSX0kZcJhsSkJc2HhAGzOe22BSr5oZx7WH8vjvNxLtzxVBx4YJSBP38snHheTMqArE5od705maLUAbuZuZb3Ut-5anTLsz09J4fsprej-C-AHW8-2AH5YIUiBumg6lWc7bLFl3TP1Ub07RflIfo8ixJce3caeNgwTcj70jSaFip8CukQeCdOaLuUE5vCjh5Zj1nuaaK75GZgqbgtgw-Rz884MGlCM6-2WnTDTuSuPtS8aarxqjyCRpK0z1g";
inline constexpr std::string_view kTokenCritical =
    "eyJhbGciOiJSUzI1NiIsImNyaXQiOlsiYjY0Il0sInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdmNAcHJvamVjdC5pYW0uZ3NlcnZpY2VhY2NvdW50LmNvbSIsInNjb3BlIjoiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9jbG91ZC1wbGF0Zm9ybSIsImF1ZCI6Imh0dHBzOi8vb2F1dGgyLmdvb2dsZWFwaXMuY29tL3Rva2VuIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDB9.Xa-eNbVE2h-_1zji0ctifGTxiWLpdaEMWGt_n7oGK0JN7tVNaTgwBJc5H_ZC6rALiKOh3Ndix6y1SmxW_PfA7hmt8C1nICtSyf0acM-yoSsSVhcEbeiws4y67AGbpU_lgeYfNF-YypNlXmraR6lkSwionR4YiEZ7CseJCf3wKsTLWcf1rqF9D6v__Hy3kOo3ttVk9bvg96c6uxq_3wvbPI-U3OnAGJN3I63N_Y46oRBehNqEWvTBt2W3SAo-CNH9o6aQz-qnb_Tt6kRM5aoc2Ax3LNiXFSztZ5jTHdXvbIK6N85IaEDjF-Aj3XU7TllUPtT-AM3qMkmHF_tMNip4Bg";
inline constexpr std::string_view kTokenRs512 =
    "eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdmNAcHJvamVjdC5pYW0uZ3NlcnZpY2VhY2NvdW50LmNvbSIsInNjb3BlIjoiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9jbG91ZC1wbGF0Zm9ybSIsImF1ZCI6Imh0dHBzOi8vb2F1dGgyLmdvb2dsZWFwaXMuY29tL3Rva2VuIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDB9.tyaA9onsOK3QunzWd7K8HHDRlQ-Fzuya1noQLQ08hoDmx7skxxkPQaK34FBt4Z6SfAC3YddRtgEV8TLMfjDIqt5WvDbY7G4hOO3D7ulV6F-TBtIv5JOxnqVOrNj1elqUpbKvcofKRPkjo_ooInaPV6GKyBB2iIe1ekzsRIYKFi4LDfKKEy6PCbl8ye4atv32aSu-u8EpnRtT2UqD-UB-QwtA1hm8HiB3LnwGvQXKBHnhzwyIMOMoZSkiRbiKUKZ1klcAVQGVGaQC0bQ_iO6QAi0PKGx44cwSVh4G5DlRsEng9xQ66H8d2z8TRuIzkzOISrKgmsIUL8XJEtgpwi1D3w";
inline constexpr std::string_view kTokenNone =
    "eyJhbGciOiAibm9uZSIsICJ0eXAiOiAiSldUIn0.eyJpc3MiOiAic3ZjQHByb2plY3QuaWFtLmdzZXJ2aWNlYWNjb3VudC5jb20iLCAic2NvcGUiOiAiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9jbG91ZC1wbGF0Zm9ybSIsICJhdWQiOiAiaHR0cHM6Ly9vYXV0aDIuZ29vZ2xlYXBpcy5jb20vdG9rZW4iLCAiaWF0IjogMTcwMDAwMDAwMCwgImV4cCI6IDE3MDAwMDM2MDB9.";
inline constexpr std::string_view kTokenHs256 =
    "eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCJ9.eyJpc3MiOiAic3ZjQHByb2plY3QuaWFtLmdzZXJ2aWNlYWNjb3VudC5jb20iLCAic2NvcGUiOiAiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9jbG91ZC1wbGF0Zm9ybSIsICJhdWQiOiAiaHR0cHM6Ly9vYXV0aDIuZ29vZ2xlYXBpcy5jb20vdG9rZW4iLCAiaWF0IjogMTcwMDAwMDAwMCwgImV4cCI6IDE3MDAwMDM2MDB9.GBhEIF5_8pfUvKuGr4yDQL5i924tyl9Ddtj3MZ6h7-o";
// clang-format on

}  // namespace switchyard::jwt::vectors
