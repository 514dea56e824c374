using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// The identity of the caller, as far as it can be determined without parsing, network or an SDK: every relevant
/// <c>AWS_*</c> variable and the bytes of the configuration files. Equal inputs give equal digests, and anything that
/// changes the AWS identity changes the digest. Inputs that only the full lookup finds, such as a token file that a
/// profile names, are dependencies of the cached entry (<see cref="DependencyDigest"/>).
/// </summary>
internal static unsafe class IdentityDigest
{
    /// <summary>
    /// Bytes. aws-sso-util writes files of several megabytes for organizations with many accounts. A file that exceeds
    /// the memory of the early start is handled by the normal start.
    /// </summary>
    public const int LongestConfigFile = 16 * 1024 * 1024;

    /// <summary>
    /// The zero-terminated path of the registry configuration of the whole machine, on systems that have such a place.
    /// </summary>
    public static ReadOnlySpan<byte> SystemRegistryMap => "/etc/ecr-login/config"u8;

    /// <summary>Adds the digest; false if it cannot be computed because a variable occurs twice.</summary>
    /// <param name="scratch">Memory for everything that is read.</param>
    /// <param name="environment">The environment that the identity is taken from.</param>
    /// <param name="seed">The seed of the cache.</param>
    /// <param name="digest">The digest.</param>
    /// <param name="namesLog">Whether a registry configuration has a key that may turn on logging.</param>
    public static bool TryAdd(
        ref Scratch scratch,
        in EnvironmentBlock environment,
        Bytes seed,
        out Bytes digest,
        out bool namesLog
    )
    {
        digest = default;
        namesLog = false;
        if (!environment.TryList(ref scratch, "AWS_"u8, out Bytes* names, out int count))
            return false;
        Bytes config = AddPath(ref scratch, environment, "AWS_CONFIG_FILE"u8, ".aws/config"u8);
        Bytes credentials = AddPath(ref scratch, environment, "AWS_SHARED_CREDENTIALS_FILE"u8, ".aws/credentials"u8);
        Bytes registryConfiguration = AddPath(ref scratch, environment, "AWS_ECR_CONFIG"u8, ".ecr/config"u8);

        int fields = scratch.Length;
        scratch.AddField(seed);
        AddVariables(ref scratch, names, count);
        if (environment.Home.IsEmpty)
            scratch.AddAbsent();
        else
            scratch.AddField(environment.Home);
        AddFile(ref scratch, config);
        AddFile(ref scratch, credentials);
        int maps = scratch.Length;
        AddFile(ref scratch, OperatingSystem.IsWindows() ? default : SystemRegistryMap);
        AddFile(ref scratch, registryConfiguration);
        namesLog = !scratch.IsFull && NamesLog(scratch.Since(maps));
        digest = scratch.Digest(fields, seed);
        return !scratch.IsFull;
    }

    /// <summary>
    /// Whether a line of a registry configuration begins with <c>log</c>, as the keys log and log_file do. Their
    /// section and value are read by the full lookup.
    /// </summary>
    private static bool NamesLog(Bytes maps)
    {
        while (Bytes.TryTake(ref maps, (byte)'\n', out Bytes line))
        {
            if (BeginsWithLog(line))
                return true;
        }
        return false;
    }

    private static bool BeginsWithLog(Bytes line)
    {
        int begin = 0;
        while (begin < line.Length && line.Start[begin] is (byte)' ' or (byte)'\t')
            begin++;
        return line.Length - begin > 3
            && (line.Start[begin] | 0x20) == 'l'
            && (line.Start[begin + 1] | 0x20) == 'o'
            && (line.Start[begin + 2] | 0x20) == 'g';
    }

    /// <summary>Adds the file name for a purpose, such as a registry's host, under an identity.</summary>
    public static Bytes AddKey(ref Scratch scratch, Bytes seed, Bytes identity, Bytes purpose)
    {
        int fields = scratch.Length;
        scratch.AddField(seed);
        scratch.AddField(identity);
        scratch.AddField(purpose);
        return scratch.Digest(fields, seed);
    }

    /// <summary>
    /// Adds the access key id, profile and role that the environment names, as plain text. They are stored in every
    /// cache entry and compared on reading, so that even a collision of keys cannot return one identity's token to
    /// another.
    /// </summary>
    public static Bytes AddSelector(ref Scratch scratch, in EnvironmentBlock environment)
    {
        int begin = scratch.Length;
        Bytes profile = environment.Get("AWS_DEFAULT_PROFILE"u8);
        if (profile.IsEmpty)
            profile = environment.Get("AWS_PROFILE"u8);
        AddWord(ref scratch, begin, "key="u8, environment.Get("AWS_ACCESS_KEY_ID"u8));
        AddWord(ref scratch, begin, "profile="u8, profile);
        AddWord(ref scratch, begin, "role="u8, environment.Get("AWS_ROLE_ARN"u8));
        if (scratch.Length == begin)
            scratch.Add("default"u8);
        return scratch.Since(begin);
    }

    private static void AddWord(ref Scratch scratch, int begin, Bytes name, Bytes value)
    {
        if (value.IsEmpty)
            return;
        if (scratch.Length > begin)
            scratch.Add((byte)' ');
        scratch.Add(name);
        for (int i = 0; i < value.Length; i++)
            scratch.Add(value.Start[i] is <= (byte)' ' or 0x7F ? (byte)'_' : value.Start[i]);
    }

    private static Bytes AddPath(ref Scratch scratch, in EnvironmentBlock environment, Bytes variable, Bytes belowHome)
    {
        int begin = scratch.Length;
        return HomePath.TryAdd(ref scratch, environment.Home, environment.Get(variable), belowHome)
            ? scratch.EndPath(begin)
            : default;
    }

    private static void AddVariables(ref Scratch scratch, Bytes* names, int count)
    {
        int relevant = 0;
        for (int i = 0; i < count; i++)
        {
            if (!IsIrrelevant(names[i]))
                names[relevant++] = names[i];
        }
        scratch.AddField(relevant);
        for (int i = 0; i < relevant; i++)
        {
            scratch.AddField(names[i]);
            scratch.AddField(EnvironmentBlock.ValueOf(names[i]));
        }
    }

    /// <summary>
    /// Adds a file's bytes. A file that cannot be read counts with the reason: the full lookup decides whether that is
    /// an error (a FIFO) or equal to an empty file (/dev/null, a file in another user's home) before anything is
    /// cached.
    /// </summary>
    private static void AddFile(ref Scratch scratch, Bytes path)
    {
        if (path.IsEmpty)
        {
            scratch.AddAbsent();
            return;
        }
        int field = scratch.BeginField();
        FileRead result = NativeFile.Append(ref scratch, path, LongestConfigFile);
        scratch.EndField(field, result == FileRead.Ok ? null : (int)result);
    }

    /// <summary>
    /// Whether a variable affects neither the identity nor a registry's response: options of this program, then of the
    /// AWS tools.
    /// </summary>
    public static bool IsIrrelevant(Bytes name) =>
        name.IsOneOf(
            "AWS_ECR_CACHE_DIR AWS_ECR_DISABLE_CACHE AWS_ECR_ENVIRONMENT_LOGINS AWS_ECR_FALLBACK "u8
                + "AWS_ECR_IGNORE_CREDS_STORAGE AWS_ECR_LOG AWS_ECR_LOG_FILE AWS_ECR_STORE_ECR_LOGINS "u8
                + "AWS_ECR_STRICT AWS_ECR_TIMEOUT AWS_CLI_AUTO_PROMPT AWS_DEFAULT_OUTPUT AWS_MAX_ATTEMPTS "u8
                + "AWS_METADATA_SERVICE_NUM_ATTEMPTS AWS_METADATA_SERVICE_TIMEOUT AWS_PAGER AWS_RETRY_MODE"u8
        );
}
