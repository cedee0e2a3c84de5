using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Agenda;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Dingtalk;
using Renda.Platform.Hub;
using Renda.Platform.Indicators;
using Renda.Platform.Live;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.Modules;
using Renda.Platform.Notices;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Regions;
using Renda.Platform.Registry;
using Renda.Platform.Search;
using Renda.Platform.Settings;
using Renda.Platform.Sms;
using Renda.Platform.Todos;
using Renda.Platform.Web;
using Renda.Platform.Web.Administration;
using Renda.Platform.Web.SigningIn;
using Scalar.AspNetCore;

namespace Renda.Host;

/// <summary>Whether the program can serve: after migrations and, with the demo, once the city is there.</summary>
internal sealed class Readiness
{
    public volatile bool Ready;
}

/// <summary>Composition: the kernel, the web and the modules of <see cref="ModuleList"/>.</summary>
internal static class RendaHost
{
    private const string Schemes = "CookieOrBearer";

    public static WebApplication Build(HostSettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = typeof(RendaHost).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls($"http://127.0.0.1:{settings.Port}");
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        builder.WebHost.UseStaticWebAssets();
        // A build that was not published would serve styles and scripts uncompressed and uncached, ready to be edited; only
        // ./dev watch wants that.
        builder.Configuration["ReloadStaticAssetsAtRuntime"] ??= "false";
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // It warns at each start that keys rest in the database unencrypted; that is the decision, told in the operations guide.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
        var services = builder.Services;
        IReadOnlyList<RendaModule> modules = [new PlatformModule(), .. ModuleList.All, new PushModule()];

        services.AddSingleton(modules);
        services.AddSingleton(new DemoMode(settings.Demo, settings.DemoFindings));
        services.AddSingleton<Readiness>();
        services.AddSingleton(TimeProvider.System);
        services.AddMemoryCache();
        services.AddRendaDatabase(settings.Database, new ModelAssemblies(ModuleList.All.Select(m => m.GetType().Assembly)));
        services.AddDataProtection().SetApplicationName("renda").PersistKeysToDbContext<RendaDbContext>();

        AddAccounts(services, settings);
        services.AddOpenIdProvider(settings);
        AddKernel(services, settings, modules);
        foreach (var module in modules) module.AddServices(services);

        services.AddProblemDetails();
        // A body that does not bind is answered with words, like every other refusal.
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddOpenApi("v1", o => o.OpenApiVersion = Microsoft.OpenApi.OpenApiSpecVersion.OpenApi3_1);
        services.AddRazorComponents();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddAntiforgery(o => o.HeaderName = "X-CSRF-TOKEN");
        services.AddRateLimiter(o =>
        {
            o.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            // By address: signing in is what is guessed at. By account: nobody can crowd the others out.
            o.AddPolicy("sign-in", http => AMinute(http, 30));
            // Pages ask for a challenge when they are opened, a whole office from one address.
            o.AddPolicy("passkey-options", http => AMinute(http, 300));
            o.AddPolicy("calendar", http => AMinute(http, 120));
            // Codes that nobody guesses, a whole office from one address in the morning.
            o.AddPolicy(DingtalkEndpoints.Limit, http => AMinute(http, 300));
            // Applications send people here again and again without being asked, a whole office from one address.
            o.AddPolicy(OpenIdEndpoints.Limit, http => AMinute(http, 600));
            o.AddPolicy("codes", http => HttpMethods.IsPost(http.Request.Method) ? AMinute(http, 20) : RateLimitPartition.GetNoLimiter(""));
            // A joined application: a flood of 200, and 20 a second for as long as it likes.
            o.AddPolicy(TodoApi.FeedLimit, http => RateLimitPartition.GetTokenBucketLimiter(http.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", _ => new TokenBucketRateLimiterOptions { TokenLimit = 200, TokensPerPeriod = 20, ReplenishmentPeriod = TimeSpan.FromSeconds(1) }));
            // What anybody may read without an account: programs of many people may come from one address.
            o.AddPolicy("open", http => AMinute(http, 300));
            o.OnRejected = async (rejected, _) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = "1";
                if (rejected.HttpContext.GetEndpoint()?.Metadata.GetMetadata<Overrun>() is { } own) await own.AnswerAsync(rejected.HttpContext);
            };

            static RateLimitPartition<string> AMinute(HttpContext http, int times) =>
                RateLimitPartition.GetFixedWindowLimiter(http.Connection.RemoteIpAddress?.ToString() ?? "", _ => new FixedWindowRateLimiterOptions { PermitLimit = times, Window = TimeSpan.FromMinutes(1) });
        });

        var app = builder.Build();
        if (settings.Proxy is { } proxy)
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
            forwarded.KnownProxies.Add(proxy);
            app.UseForwardedHeaders(forwarded);
        }
        app.UseExceptionHandler(new ExceptionHandlerOptions { AllowStatusCode404Response = true, ExceptionHandler = RefuseAsync });
        app.Use(SecurityHeadersAsync);
        app.Use(CloseAfterTooLongAsync);
        app.UseRequestLocalization(o =>
        {
            CultureInfo[] cultures = [new("zh-CN"), new("en")];
            o.SetDefaultCulture("zh-CN");
            o.SupportedCultures = [cultures[0]];
            o.SupportedUICultures = cultures;
            // The browser's list is not asked: Chinese is the language of the office until a person chooses.
            o.RequestCultureProviders = [new Microsoft.AspNetCore.Localization.CookieRequestCultureProvider { CookieName = "renda-language" }];
        });
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use(MalformedAddressAsync);
        app.Use(ApiStatusAsync);
        app.UseSignOnGuard();
        app.UseAuthentication();
        // Kept for a while, so that what is rendered without waiting (see MainLayout) knows who asks.
        app.Use(async (http, next) =>
        {
            if (!http.Request.Path.StartsWithSegments("/api")) await http.RequestServices.GetRequiredService<Actors>().FindAsync(http.User, http.RequestAborted);
            await next(http);
        });
        app.Use(SecondFactorFirstAsync);
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseAntiforgery();
        app.Use(PageTokenAsync);
        app.MapStaticAssets().AllowAnonymous();

        app.MapMedia();
        var api = app.MapGroup("/api/v1");
        api.MapMatters();
        api.MapIndicators();
        api.MapTodos();
        api.MapPlatformApi();
        foreach (var module in modules)
        {
            module.MapApi(api);
            module.MapRoot(app);
        }
        app.MapOpenApi().AllowAnonymous();
        app.MapScalarApiReference("/api/docs").AllowAnonymous();
        app.MapGet("/health/live", () => "ok").AllowAnonymous();
        app.MapGet("/health/ready", async (RendaDbContext db, Readiness readiness) => readiness.Ready && await db.Database.CanConnectAsync() ? Results.Ok("ok") : Results.StatusCode(503)).AllowAnonymous();
        app.MapSignIn();
        app.MapOpenId();
        app.MapOutside();
        app.MapDingtalk();
        app.MapHubForms();
        app.MapRazorComponents<App>().AddAdditionalAssemblies([.. ModuleList.All.Select(m => m.GetType().Assembly)]);
        return app;
    }

    /// <summary>Brings the database up to date, writes what is missing of the modules' deadlines.</summary>
    public static async Task PrepareAsync(IServiceProvider services, HostSettings settings, CancellationToken cancellation)
    {
        await using (var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext())
        {
            // Migrating first compares the model with the newest migration's, which the tests did; at each start it would only take time.
            if ((await db.Database.GetPendingMigrationsAsync(cancellation)).Any())
            {
                // A city of a million matters takes minutes to change what an ordinary question may take seconds for.
                db.Database.SetCommandTimeout(TimeSpan.FromHours(6));
                await db.Database.MigrateAsync(cancellation);
                db.Database.SetCommandTimeout(null);
            }
            var known = await db.Set<Deadline>().Select(d => d.Code).Distinct().ToListAsync(cancellation);
            foreach (var deadline in services.GetRequiredService<IReadOnlyList<RendaModule>>().SelectMany(m => m.Deadlines).Where(d => !known.Contains(d.Code)))
            {
                deadline.Id = Guid.CreateVersion7();
                deadline.EffectiveFrom = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
                db.Add(deadline);
            }
            await db.SaveChangesAsync(cancellation);
        }
        await services.GetRequiredService<Deadlines>().ReloadAsync(cancellation);
    }

    private static void AddAccounts(IServiceCollection services, HostSettings settings)
    {
        services.Configure<IdentityOptions>(o =>
        {
            o.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
            o.Password.RequiredLength = 10;
            o.Password.RequireNonAlphanumeric = false;
            o.Password.RequireUppercase = false;
            o.Lockout.MaxFailedAccessAttempts = 5;
            o.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
        });
        services.AddAuthentication(Schemes)
            .AddPolicyScheme(Schemes, null, o => o.ForwardDefaultSelector = http => http.Request.Headers.ContainsKey("Authorization") ? TokenAuthentication.SchemeName : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null)
            .AddOutsideProvider(settings)
            .AddIdentityCookies();
        services.ConfigureApplicationCookie(o =>
        {
            o.Cookie.Name = "renda";
            o.LoginPath = "/sign-in";
            o.ReturnUrlParameter = "from";
            o.ExpireTimeSpan = Sessions.Life;
            o.Events.OnValidatePrincipal = ValidateAsync;
            o.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
            o.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
        });
        // A changed password ends the sessions elsewhere within the minute.
        services.Configure<SecurityStampValidatorOptions>(o =>
        {
            o.ValidationInterval = TimeSpan.FromMinutes(1);
            // The principal is made anew then and knows nothing of its session.
            o.OnRefreshingPrincipal = context =>
            {
                if (context.CurrentPrincipal?.FindFirst(SignOn.SessionClaim) is { } session) context.NewPrincipal?.Identities.First().AddClaim(session.Clone());
                return Task.CompletedTask;
            };
        });
        services.Configure<IdentityPasskeyOptions>(o =>
        {
            o.ServerDomain = settings.PasskeyDomain;
            // Held and unlocked by its owner: both factors in one, and no name to be typed.
            o.UserVerificationRequirement = "required";
            o.ResidentKeyRequirement = "required";
        });
        services.AddIdentityCore<Account>().AddEntityFrameworkStores<RendaDbContext>().AddSignInManager();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SecondFactors>();
        services.AddSingleton<StoredSettings>();
        services.AddSingleton<SignOnPolicy>();
        services.AddSingleton<Tickets>();
        services.AddSingleton<SecondFactorGate>();
        services.AddSingleton<AccountNotices>();
        services.AddScoped<SignOn>();
        services.AddScoped<PasswordDoor>();
        services.AddScoped<PasskeyDoor>();
        services.AddSingleton(settings.Sms);
        services.AddSingleton<ISmsSender, SmsGateway>();
        services.AddSingleton<SmsDelivery>();
        services.AddHostedService(p => p.GetRequiredService<SmsDelivery>());
        services.AddSingleton<PhoneCodes>();
        services.AddSingleton<Actors>();
        services.AddSingleton<Roles>();
        services.AddSingleton<GrantDesk>();
        services.AddSingleton<AccountDesk>();
        services.AddSingleton<AccessReview>();
        services.AddSingleton<PasswordLinks>();
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.AddSingleton<IAuthorizationPolicyProvider, PermissionPolicies>();
        // Deny by default: what names no policy asks for a signed-in account.
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());

        static Task Answer<T>(RedirectContext<T> context, int status) where T : AuthenticationSchemeOptions
        {
            if (context.Request.Path.StartsWithSegments("/api")) context.Response.StatusCode = status;
            else if (status == 403) context.Response.StatusCode = StatusCodes.Status404NotFound;
            else context.Response.Redirect(context.RedirectUri);
            return Task.CompletedTask;
        }
    }

    /// <summary>A cookie is worth what its session is: over when that was ended.</summary>
    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        if (SignOn.SessionOf(context.Principal!) is { } id && await http.RequestServices.GetRequiredService<Sessions>().FindAsync(id, http.RequestAborted) is { } session
            && context.Principal!.FindFirstValue(ClaimTypes.NameIdentifier) is { } account && Guid.TryParse(account, out var holder) && holder == session.AccountId)
        {
            await SecurityStampValidator.ValidatePrincipalAsync(context);
            return;
        }
        context.RejectPrincipal();
        await http.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    /// <summary>Whoever must have a second factor and has shown none is led to it before anything else.</summary>
    private static async Task SecondFactorFirstAsync(HttpContext http, RequestDelegate next)
    {
        var services = http.RequestServices;
        if (http.GetEndpoint()?.Metadata is not { } endpoint || endpoint.GetMetadata<IAllowAnonymous>() is not null || endpoint.GetMetadata<BeforeSecondFactorAttribute>() is not null
            || SignOn.SessionOf(http.User) is not { } id || await services.GetRequiredService<Sessions>().FindAsync(id, http.RequestAborted) is not { Strong: false } session
            || !await services.GetRequiredService<SignOnPolicy>().RequiresSecondFactorAsync(session.AccountId, http.RequestAborted))
        {
            await next(http);
        }
        else if (http.Request.Path.StartsWithSegments("/api"))
        {
            // As for somebody who is not signed in: what waits on a phone goes on waiting.
            await new Refusal("second-factor.required", new("请先在网页上设置二次验证。", "Set up the second factor on the pages first."), 401).Problem().ExecuteAsync(http);
        }
        else
        {
            // What is opened can be opened again afterwards; what was sent cannot.
            http.Response.Redirect(SecondFactorGate.Way(HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : null));
        }
    }

    private static void AddKernel(IServiceCollection services, HostSettings settings, IReadOnlyList<RendaModule> modules)
    {
        var rules = new ProcedureRules().AddKernelRules();
        foreach (var module in modules) module.AddRules(rules);
        var permissions = modules.SelectMany(m => m.Permissions).ToList();
        services.AddSingleton<IEnumerable<Permission>>(permissions);
        services.AddSingleton(rules);
        services.AddSingleton(new ProcedureCatalogue(modules.SelectMany(m => m.Procedures), rules, permissions, modules.SelectMany(m => m.Deadlines).Select(d => d.Code)));
        services.AddSingleton<ProcedureEngine>();
        services.AddSingleton<ChangeFeed>();
        services.AddSingleton<KeptReadings>();
        services.AddSingleton<ChangeRelay>();
        services.AddHostedService(p => p.GetRequiredService<ChangeRelay>());
        services.AddSingleton<MatterWriter>();
        services.AddHostedService(p => p.GetRequiredService<MatterWriter>());
        services.AddHostedService<LogKeeper>();
        services.AddSingleton<CodeSets>();
        services.AddSingleton<MatterDesk>();
        services.AddSingleton<MatterSearch>();
        services.AddSingleton<IndicatorLedger>();
        services.AddHostedService(p => p.GetRequiredService<IndicatorLedger>());
        services.AddSingleton<IndicatorBook>();
        services.AddSingleton<IndicatorValues>();
        services.AddSingleton<IndicatorReader>();
        services.AddSingleton<Everything>();
        services.AddSingleton<Agendas>();
        services.AddHostedService(p => p.GetRequiredService<MatterSearch>());
        services.AddSingleton<Verification>();
        services.AddSingleton<ClockWatch>();
        services.AddSingleton<Backup>();
        services.AddSingleton<FirstAdministrator>();
        services.AddSingleton<SavedFilters>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<RegistryDesk>();
        services.AddSingleton(_ => PersonalData.FromFile(settings.PersonalKey, settings.PersonalCipher));
        services.AddSingleton(_ => AuditKey.FromFile(settings.AuditKey));
        services.AddSingleton<AuditCheckpoints>();
        services.AddSingleton<Duties>();
        services.AddSingleton<DutyFeed>();
        services.AddSingleton(settings.Site);
        services.AddSingleton(settings.Mail);
        services.AddSingleton<MailChannel>();
        services.AddSingleton(settings.Dingtalk);
        services.AddSingleton<DingtalkClient>();
        services.AddSingleton<DingtalkDoor>();
        services.AddSingleton<DingtalkTasks>();
        services.AddHostedService(p => p.GetRequiredService<DingtalkTasks>());
        services.AddSingleton<DingtalkContacts>();
        services.AddHostedService(p => p.GetRequiredService<DingtalkContacts>());
        // In the order in which they are tried for whoever has set nothing.
        services.AddSingleton<INoticeChannel, DingtalkChannel>();
        services.AddSingleton<INoticeChannel, SmsChannel>();
        services.AddSingleton<INoticeChannel>(p => p.GetRequiredService<MailChannel>());
        services.AddSingleton<NoticeOutbox>();
        services.AddHostedService(p => p.GetRequiredService<NoticeOutbox>());
        services.AddSingleton<NoticeDeliveries>();
        services.AddHostedService(p => p.GetRequiredService<NoticeDeliveries>());
        services.AddSingleton<Broadcasts>();
        services.AddSingleton<DeskOrder>();
        services.AddSingleton<JoinedApplications>();
        // In November a clock may reach into a year that is not announced yet: it goes by weekends and fixed holidays then.
        services.AddSingleton(ChineseCalendar.Official.Provisional());
        services.AddSingleton<Deadlines>();
        services.AddSingleton(RegionDirectory.Huzhou);
        services.AddSingleton<BoundaryIndex>();
        services.AddSingleton<Boundaries>();
        services.AddSingleton<IMediaAccess, MatterMediaAccess>();
        services.AddRendaMedia(new MediaSettings { Folder = Path.Combine(settings.DataFolder, "media") });
    }

    /// <summary>A malformed request is the sender's; everything else is ours and told without details.</summary>
    private static async Task RefuseAsync(HttpContext http)
    {
        var error = http.Features.Get<Microsoft.AspNetCore.Diagnostics.IExceptionHandlerFeature>()?.Error;
        var refusal = error is BadHttpRequestException || IsUnreadableQuery(error)
            ? new Refusal("request.malformed", new("请求的格式不对。", "The request is malformed."), (error as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest)
            : StorageFaults.Of(error)
            ?? new Refusal("server.error", new("系统出错了，您的内容没有提交。请稍后再试。", "Something went wrong; nothing was saved. Please try again."), 500);
        await refusal.Problem().ExecuteAsync(http);
    }

    /// <summary>
    /// A body longer than its endpoint takes is never read to its end, so the server hangs up after its answer. The answer says so:
    /// otherwise a client sends its next request into a connection that is closing, and loses it.
    /// </summary>
    private static Task CloseAfterTooLongAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.ContentLength > 0 && HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            http.Response.OnStarting(() =>
            {
                if (http.Request.ContentLength > http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize) http.Response.Headers.Connection = "close";
                return Task.CompletedTask;
            });
        }
        return next(http);
    }

    /// <summary>A page whose address was cut or mistyped does not exist, as far as its reader is concerned; programs get the refusal above.</summary>
    private static async Task MalformedAddressAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception error) when (HttpMethods.IsGet(http.Request.Method) && !http.Request.Path.StartsWithSegments("/api") && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
            && !http.Response.HasStarted && (error is BadHttpRequestException || IsUnreadableQuery(error)))
        {
            // Without a body and its type the page for refusals is shown.
            http.Response.ContentType = null;
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    // A page's parameter that cannot be read from the address is thrown by the framework with no type of its own.
    private static bool IsUnreadableQuery(Exception? error) => error is InvalidOperationException && error.Message.StartsWith("Cannot parse the value '", StringComparison.Ordinal);

    private static Task SecurityHeadersAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        headers["Permissions-Policy"] = "geolocation=(self), camera=(self), microphone=(self)";
        headers.ContentSecurityPolicy = http.Request.Path.StartsWithSegments("/api/docs")
            ? "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'"
            : "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; script-src 'self'; worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
        return next(http);
    }

    /// <summary>An API answers with Problem Details where the framework would send a bare status.</summary>
    private static async Task ApiStatusAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (!http.Request.Path.StartsWithSegments("/api") || http.Response.StatusCode < 400 || http.Response.HasStarted || http.Response.ContentLength is not null || http.Response.ContentType is not null) return;
        var status = http.Response.StatusCode;
        var refusal = status switch
        {
            400 => new Refusal("request.malformed", new("请求的格式不对。", "The request is malformed."), 400),
            401 => new Refusal("not-signed-in", new("请先登录。", "Please sign in."), 401),
            403 => new Refusal("not-allowed", new("您没有这项权限。", "You are not allowed to do this."), 403),
            404 => Refusal.NotFound,
            429 => new Refusal("too-many-requests", new("请求太多，请稍后再试。", "Too many requests; try again in a while."), 429),
            _ => new Refusal($"http.{status}", new("请求没有被接受。", "The request was not accepted."), status),
        };
        await refusal.Problem().ExecuteAsync(http);
    }

    /// <summary>
    /// A cookie travels by itself, so a changing API request that comes by cookie must show the token of the page, and a form that
    /// an endpoint reads must have brought it. Pages look at their own forms.
    /// </summary>
    private static async Task PageTokenAsync(HttpContext http, RequestDelegate next)
    {
        var form = http.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false } && http.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is null;
        if (form || (http.Request.Path.StartsWithSegments("/api") && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && !HttpMethods.IsOptions(http.Request.Method)
            && http.User.Identity is { IsAuthenticated: true } && !http.Request.Headers.ContainsKey("Authorization")
            // No other site can make a browser send this header without asking first, and it is not answered.
            && !http.Request.Headers.ContainsKey("Tus-Resumable")
            && !await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http)))
        {
            await new Refusal("antiforgery", new("页面已过期，请刷新后再试。", "The page has expired; reload it and try again."), 400).Problem().ExecuteAsync(http);
            return;
        }
        await next(http);
    }
}
